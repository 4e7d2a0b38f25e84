import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import type { TopologyResult } from '../../../src/topology/topology-result.ts';
import { gatherTopology, needsLiveTopology } from '../../../src/webhook/gather/topology.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { stampedAs } from '../../support/facts.ts';
import { gatherContextOf, gathered } from '../../support/gathering.ts';
import { deployment, environment } from '../../support/manifests.ts';
import { requestFor } from '../../support/webhook-sources.ts';

const failed = (reason: 'InvalidParameter' | 'InvalidTemplate' | 'DeadlineExceeded'): TopologyResult => ({
  ok: false,
  reason,
  violations: [{ path: ['a'], message: 'why' }],
});
const valid: TopologyResult = { ok: true, objects: [] };

interface Around {
  objects?: readonly KubeObject[];
  oldObject?: KubeObject;
  result?: TopologyResult;
}
/** The facts that are gathered with a topology engine that returns this result, and the properties that it checked. */
async function checked(object: KubeObject, { objects = [], oldObject, result = valid }: Around = {}) {
  const parameters: JsonObject[] = [];
  const topologies = {
    check: (_template: string, parameter: JsonObject) => {
      parameters.push(parameter);
      return Promise.resolve(result);
    },
    render: () => Promise.reject(new Error('a topology was rendered')),
  };
  const request = oldObject === undefined ? { object } : { object, oldObject };
  return { found: await gathered(gatherTopology, request, gatherContextOf(objects, { topologies })), parameters };
}

describe('the topology of an Environment', () => {
  const checks = [
    { result: failed('InvalidParameter'), state: 'checked', why: 'CUE reports problems of the properties' },
    { result: failed('InvalidTemplate'), state: 'unchecked', why: 'the template cannot check the properties' },
    { result: failed('DeadlineExceeded'), state: 'unchecked', why: 'the evaluation did not finish' },
    { result: valid, state: 'checked', why: 'CUE reports no problem' },
  ] as const;
  for (const { result, state, why } of checks) {
    it(`is ${state} after ${result.ok ? 'success' : result.reason}: ${why}`, async () => {
      const { found } = await checked(environment('team'), { result });
      assert.equal(found.topology?.state, state);
    });
  }

  it('is checked with its properties, to which both webhooks add the same defaults', async () => {
    const object = environment('team', { topology: { type: 'topology-ocm', properties: { hubNamespace: 'hub' } } });
    const { parameters } = await checked(object);
    assert.equal(parameters[0]?.['hubNamespace'], 'hub');
    const mutated = environment('team', { topology: { type: 'topology-ocm', properties: parameters[0] ?? {} } });
    assert.deepEqual((await checked(mutated)).parameters, parameters);
  });

  it('is checked only if it changes', async () => {
    const same = environment('team');
    assert.deepEqual(await checked(same, { oldObject: same }), { found: {}, parameters: [] });
  });

  it('is checked if it is a PolicyDefinition, and reported as unknown if that does not exist', async () => {
    const custom = environment('team', { topology: { type: 'edge' } });
    const known = await checked(custom, { objects: [customTopology('edge', 'output: {}')] });
    assert.equal(known.found.topology?.state, 'checked');
    assert.equal((await checked(custom)).found.topology?.state, 'unknown');
  });

  it('is reported with the names of PolicyDefinitions only to a requester who may see them', async () => {
    const object = environment('team', { topology: { type: 'edge' } });
    const othersFor = async (isVisible: boolean) => {
      const options = { isAllowed: () => Promise.resolve(isVisible) };
      const context = gatherContextOf([customTopology('ours', 'output: {}')], options);
      const { topology } = await gathered(gatherTopology, { object }, context);
      return topology?.state === 'unknown' ? topology.others : assert.fail();
    };
    assert.deepEqual([await othersFor(true), await othersFor(false)], [['ours'], undefined]);
  });

  it('has the history of its PolicyDefinition, so that a pin can be stamped', async () => {
    const custom = environment('team', { topology: { type: 'edge@v1' } });
    const definition = stampedAs(customTopology('edge', 'output: {}'), 1);
    const { found } = await checked(custom, { oldObject: custom, objects: [definition] });
    assert.equal(found.topologyReference?.history?.newest.revision, 1);
    assert.equal(found.topology, undefined);
  });

  it('is not checked if it is pinned and means other content than the stamp says', async () => {
    const annotations = { 'spectrocloud.com/topology-revision': 'mural-system/edge@v1#h1:other' };
    const custom = environment('team', { topology: { type: 'edge@v1' }, annotations });
    const { found, parameters } = await checked(custom, {
      objects: [stampedAs(customTopology('edge', 'output: {}'), 1)],
    });
    assert.deepEqual([found.topology?.state, parameters], ['changed', []]);
  });

  it('is read live if the request stamps it', () => {
    const stamped = { 'spectrocloud.com/topology-revision': 'mural-system/edge@v1#h1:a' };
    const typed = (type: string, annotations?: Record<string, string>) =>
      environment('team', { topology: { type }, ...(annotations && { annotations }) });
    const needsLive = (object: KubeObject, oldObject?: KubeObject) => needsLiveTopology(requestFor(object, oldObject));
    assert.equal(needsLive(typed('edge@v1')), true);
    assert.equal(needsLive(typed('edge@v1'), typed('edge')), true);
    assert.equal(needsLive(typed('edge@v1'), typed('edge@v1')), true, 'it has no stamp yet');
    assert.equal(needsLive(typed('edge@v1'), typed('edge@v1', stamped)), false);
    assert.equal(needsLive(typed('edge'), typed('edge')), false, 'it is floating');
    assert.equal(needsLive(typed('topology-ocm')), false);
    assert.equal(needsLive(deployment('team')), false);
  });

  it('is not checked if its type or its properties are malformed, which the schema reports', async () => {
    const invalid = environment('team', { topology: { type: 'edge@' } });
    const properties = { ...environment('team'), spec: { topology: { type: 'topology-ocm', properties: [] } } };
    const missing = { ...environment('team'), spec: {} };
    for (const object of [invalid, properties, missing]) {
      assert.deepEqual(await checked(object), { found: {}, parameters: [] });
    }
  });
});

describe('the template of a PolicyDefinition', () => {
  const definition = customTopology('edge', 'output: {');

  it('has the problems that CUE reports', async () => {
    assert.deepEqual((await checked(definition, { result: failed('InvalidTemplate') })).found, {
      templateProblems: ['why'],
    });
  });

  it('is unchecked if its evaluation does not finish', async () => {
    const { found } = await checked(definition, { result: failed('DeadlineExceeded') });
    assert.deepEqual(found, { topology: { state: 'unchecked', problem: 'why' } });
  });

  it('has no problem if only parameters are missing', async () => {
    assert.deepEqual((await checked(definition, { result: failed('InvalidParameter') })).found, {});
  });

  it('is checked only if it changes', async () => {
    assert.deepEqual(await checked(definition, { oldObject: definition }), { found: {}, parameters: [] });
  });
});

describe('a PolicyDefinition outside the system namespace', () => {
  it('is not evaluated, because no Environment can use it', async () => {
    const definition = customTopology('edge', 'output: {');
    const object = { ...definition, metadata: { ...definition.metadata, namespace: 'team' } };
    assert.deepEqual(await checked(object), { found: {}, parameters: [] });
  });
});

describe('other objects', () => {
  it('have no topology to check', async () => {
    assert.deepEqual(await checked(deployment('team')), { found: {}, parameters: [] });
  });
});
