import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/api/object.ts';
import type { TopologyContext } from '../../../../src/api/topology-context.ts';

import { changeSourcesOf } from '../../../support/change-gathering.ts';
import { customTopology } from '../../../support/custom-topology.ts';
import { lifecycles } from '../../../support/deployment-changes.ts';
import { environmentSpec } from '../../../support/environment-edits.ts';
import { lifecycleObjects, lifecycleTopologies } from '../../../support/lifecycle-topology.ts';

const { owner, keeper } = lifecycles;
const namesOf = (workload: string) => ({
  deployment: { namespace: 'team', name: workload },
  namespace: 'shop',
  workload,
});

describe('the render of a topology for any Workload', () => {
  it('is made once for each topology and Environment', async () => {
    const { topologies, renders } = lifecycleTopologies();
    const sources = changeSourcesOf([], { topologies });
    const spec = environmentSpec({ lifecycle: owner });
    const [first, second] = [
      await sources.renders.shapeFor({ namespace: 'team', name: 'primary', spec }),
      await sources.renders.shapeFor({ namespace: 'team', name: 'primary', spec: { ...spec, version: '1.0.0' } }),
    ];
    assert.equal(first, second);
    assert.equal(renders(), 1);
    await sources.renders.shapeFor({ namespace: 'team', name: 'prod', spec });
    assert.equal(renders(), 2, 'a template may use the name of the Environment');
  });

  const missing: { why: string; spec: JsonObject }[] = [
    { why: 'the topology does not exist', spec: { topology: { type: 'edge' } } },
    { why: 'the render fails', spec: { topology: { type: 'topology-ocm', properties: { broken: true } } } },
    { why: 'the properties are not an object', spec: { topology: { type: 'topology-ocm', properties: 7 } } },
    { why: 'the topology has no type', spec: {} },
  ];
  for (const { why, spec } of missing) {
    it(`does not exist if ${why}`, async () => {
      const { renders } = changeSourcesOf([]);
      assert.equal(await renders.shapeFor({ namespace: 'team', name: 'primary', spec }), undefined);
      assert.equal(await renders.lifecycleFor({ namespace: 'team', name: 'primary', spec }, namesOf('web')), undefined);
    });
  }
});

describe('a render that fails', () => {
  const reasons: [
    reason: 'InvalidTemplate' | 'OutOfMemory' | 'DeadlineExceeded' | 'EngineFailed',
    isStopped: boolean,
    timesStopped?: number,
  ][] = [
    ['InvalidTemplate', false],
    ['OutOfMemory', false],
    ['DeadlineExceeded', true],
    ['DeadlineExceeded', true, 2],
    ['DeadlineExceeded', false, 3],
    ['EngineFailed', true],
    ['EngineFailed', true, 3],
  ];
  for (const [reason, isStopped, timesStopped] of reasons) {
    const what = timesStopped === undefined ? reason : `${reason}, ${timesStopped} times`;
    it(`is remembered, and ${isStopped ? 'may succeed later' : 'fails every time'}: ${what}`, async () => {
      const { topologies } = lifecycleTopologies();
      const counted = timesStopped === undefined ? {} : { timesStopped };
      const violations = [{ path: [], message: 'why' }];
      const render = async () => ({ ok: false as const, reason, violations, ...counted });
      const { renders } = changeSourcesOf([], { topologies: { ...topologies, render } });
      assert.deepEqual(renders.unrendered(), []);
      const spec = environmentSpec({ lifecycle: owner });
      await renders.shapeFor({ namespace: 'team', name: 'primary', spec });
      await renders.lifecycleFor({ namespace: 'team', name: 'primary', spec }, namesOf('web'));
      assert.deepEqual(renders.unrendered(), [
        { environment: { namespace: 'team', name: 'primary' }, isStopped, message: 'why' },
      ]);
    });
  }
});

describe('the lifecycle that a topology gives a deployment', () => {
  it('is the one that its render has for the names of the deployment', async () => {
    const { renders } = changeSourcesOf([]);
    const environment = { namespace: 'team', name: 'primary', spec: environmentSpec({ lifecycle: keeper }) };
    assert.deepEqual(await renders.lifecycleFor(environment, namesOf('web')), keeper);
    assert.equal(await renders.lifecycleFor(undefined, namesOf('web')), undefined);
  });

  /** A custom topology that creates the namespace of Workload `web` only. */
  function branchingTopologies() {
    const workloads: string[] = [];
    return {
      workloads,
      topologies: {
        ...lifecycleTopologies().topologies,
        render: (_template: string, _parameter: JsonObject, context: TopologyContext) => {
          workloads.push(context.name);
          const manifestWorkReplicaSet = {
            manifestWorkTemplate: { lifecycle: { spokeNamespace: { create: context.name === 'web' } } },
          };
          return Promise.resolve({
            ok: true as const,
            objects: lifecycleObjects('custom', { manifestWorkReplicaSet }, context),
          });
        },
      },
    };
  }
  const custom = { namespace: 'team', name: 'primary', spec: { topology: { type: 'edge' } } };
  const objects = [customTopology('edge', 'output: {}')];

  it('is rendered for each deployment of a custom topology, which may branch on its names', async () => {
    const { topologies } = branchingTopologies();
    const { renders } = changeSourcesOf(objects, { topologies });
    const created = async (name: string) => (await renders.lifecycleFor(custom, namesOf(name)))?.spokeNamespace.create;
    assert.deepEqual([await created('web'), await created('api')], [true, false]);
  });

  it('comes from one render for all deployments after the first 50 of custom topologies', async () => {
    const { topologies, workloads } = branchingTopologies();
    const { renders } = changeSourcesOf(objects, { topologies });
    for (let index = 0; index < 60; index += 1) await renders.lifecycleFor(custom, namesOf(`web-${index}`));
    assert.equal(workloads.length, 51);
    assert.deepEqual(
      workloads.slice(0, 50),
      Array.from({ length: 50 }, (_, index) => `web-${index}`),
    );
  });
});
