import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import type { UncheckedObject } from '../../../../src/api/unchecked-object.ts';
import type { Pairing } from '../../../../src/domain/admission/facts.ts';
import type { TopologyContext } from '../../../../src/api/topology-context.ts';
import type { TopologyResult } from '../../../../src/topology/topology-result.ts';
import type { GatherOptions } from '../../../../src/webhook/gather/context.ts';
import type { Pair, PairedSpecs } from '../../../../src/webhook/gather/evaluate-pairs.ts';
import { PairRenderer } from '../../../../src/webhook/gather/renders/of-pairs.ts';
import { placeholderContext } from '../../../../src/domain/render/topology-shape.ts';
import { customTopology } from '../../../support/custom-topology.ts';
import { simpleRender } from '../../../support/controller-scene.ts';
import { requestObject } from '../../../support/facts.ts';
import { gatherContextOf } from '../../../support/gathering.ts';
import { deployment, environment, profile } from '../../../support/manifests.ts';

/** An engine that fails as property `fails` says. */
function engine(contexts: TopologyContext[]): GatherOptions['topologies'] {
  return {
    check: () => Promise.resolve({ ok: true, objects: [] }),
    render: (_template, parameter, context): Promise<TopologyResult> => {
      contexts.push(context);
      const reason = parameter['fails'];
      if (reason === 'InvalidParameter' || reason === 'InvalidTemplate' || reason === 'EngineFailed') {
        return Promise.resolve({ ok: false, reason, violations: [{ path: [], message: 'why' }] });
      }
      return Promise.resolve({ ok: true, objects: simpleRender(parameter, context.workloadYamls) });
    },
  };
}

function rendererWith(contexts: TopologyContext[] = [], objects: readonly KubeObject[] = []): PairRenderer {
  return new PairRenderer(gatherContextOf(objects, { topologies: engine(contexts) }));
}

const withProperties = (properties: JsonObject, type = 'topology-ocm') =>
  requestObject(environment('team', { topology: { type, properties } }));
const specsOf = (properties: JsonObject, type?: string, policies: JsonObject[] = []): PairedSpecs => ({
  environment: { ...withProperties(properties, type).spec, policies },
  profile: profile('team').spec,
});
const named = (name: string) => ({ namespace: 'team', name, visible: true });
const pairOf = (
  now: PairedSpecs,
  before?: PairedSpecs,
  of: UncheckedObject = requestObject(deployment('team')),
): Pair => ({
  environment: named('primary'),
  profile: named('web'),
  deployment: of,
  now,
  ...(before === undefined ? {} : { before }),
});
const fits: Pairing = { environment: named('primary'), profile: named('web'), now: [] };

/** The problem of the render of one pair. */
async function problemOf(pair: Pair, kind = 'WorkloadDeployment', pairing: Pairing = fits) {
  const [found] = await rendererWith().renderAll(kind, [pair], [pairing]);
  return found?.render;
}
const broken = { state: 'failed', message: 'spec.topology.type: topology-ocm: why' };

describe('the render of a pair', () => {
  it('has the components of the profile with the overrides of the Environment', async () => {
    const contexts: TopologyContext[] = [];
    const policies = [
      { name: 'small', type: 'override', properties: { components: [{ name: 'ui', properties: { port: 80 } }] } },
    ];
    const renderer = rendererWith(contexts, [customTopology('edge', 'template')]);
    await renderer.renderAll('Environment', [pairOf(specsOf({}, 'edge', policies))], [fits]);
    assert.deepEqual(contexts[0]?.components[0]?.properties?.['port'], 80);
    assert.equal(contexts[0]?.deployment.name, 'web');
  });

  it('is the one for any Workload if the topology is built in, because only the names and manifests differ', async () => {
    const contexts: TopologyContext[] = [];
    await rendererWith(contexts).renderAll('WorkloadDeployment', [pairOf(specsOf({}))], [fits]);
    assert.deepEqual(contexts, [placeholderContext('primary')]);
  });

  const failing = specsOf({ fails: 'InvalidTemplate' });
  const rows: { title: string; pair: Pair; kind?: string; problem: object | undefined }[] = [
    { title: 'no problem if it succeeds', pair: pairOf(specsOf({})), problem: undefined },
    { title: 'the problem that the engine reports', pair: pairOf(failing), problem: broken },
    { title: 'a new problem', pair: pairOf(failing, specsOf({})), problem: broken },
    { title: 'no problem that existed before', pair: pairOf(failing, failing), problem: undefined },
    {
      title: 'an unknown result if the engine is busy',
      pair: pairOf(specsOf({ fails: 'EngineFailed' })),
      problem: { state: 'unknown' },
    },
    {
      title: 'no problem of properties in the request itself, which another rule reports',
      pair: pairOf(specsOf({ fails: 'InvalidParameter' })),
      kind: 'Environment',
      problem: undefined,
    },
    {
      title: 'the problem of properties of another Environment',
      pair: pairOf(specsOf({ fails: 'InvalidParameter' })),
      problem: { state: 'failed', message: 'spec.topology.properties: why' },
    },
    { title: 'no problem if the topology does not exist yet', pair: pairOf(specsOf({}, 'edge')), problem: undefined },
    {
      title: 'no problem if the deployment has no names, as in files',
      pair: pairOf(failing, undefined, { ...requestObject(deployment('team')), spec: {} }),
      problem: undefined,
    },
  ];
  for (const { title, pair, kind, problem } of rows) {
    it(`has ${title}`, async () => assert.deepEqual(await problemOf(pair, kind), problem));
  }

  it('is not needed if an override is denied', async () => {
    const violation = { code: 'OverrideTypeDiffers', severity: 'deny' as const, path: '', message: '' };
    assert.equal(await problemOf(pairOf(failing), 'Environment', { ...fits, now: [violation] }), undefined);
  });
});

describe('the render of an Environment without deployments', () => {
  const sampleOf = (...properties: JsonObject[]) => {
    const [now = {}, before] = properties;
    return rendererWith().sampleOf(withProperties(now), before === undefined ? undefined : withProperties(before));
  };

  it('has a problem if it fails, and did not before', async () => {
    const failing = { fails: 'InvalidTemplate' };
    assert.deepEqual(await sampleOf(failing), { state: 'failed', message: 'why' });
    assert.deepEqual(await sampleOf(failing, {}), { state: 'failed', message: 'why' });
    assert.deepEqual(await sampleOf(failing, failing), undefined);
    assert.deepEqual(await sampleOf({}), undefined);
  });
});
