import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import { shapeOf } from '../../../../src/domain/render/topology-shape.ts';
import type { GatherOptions } from '../../../../src/webhook/gather/context.ts';
import { createDecider } from '../../../../src/webhook/decider.ts';
import { RememberedSamples } from '../../../../src/webhook/gather/renders/remembered-samples.ts';
import type { TopologyEngine, TopologyResult } from '../../../../src/topology/topology-result.ts';
import { filesOf } from '../../../support/catalog.ts';
import { customTopology } from '../../../support/custom-topology.ts';
import { lifecycleTopologies } from '../../../support/lifecycle-topology.ts';
import { environment } from '../../../support/manifests.ts';
import { requestFor, webhookSources } from '../../../support/webhook-sources.ts';

const sample = { namespace: 'team', name: 'primary', isBuiltin: true, template: 'output: {}', properties: { a: 1 } };
const bigSample = { ...sample, properties: { a: 'x'.repeat(600 * 1024) } };

describe('the memory of renders for samples', () => {
  const others: { why: string; other: typeof sample }[] = [
    { why: 'a template may use the name of the Environment', other: { ...sample, name: 'prod' } },
    { why: 'a custom template may use the namespace of the Environment', other: { ...sample, namespace: 'other' } },
    { why: 'the sample of a custom topology has other names', other: { ...sample, isBuiltin: false } },
    { why: 'the template may be edited', other: { ...sample, template: 'output: {b: 1}' } },
    { why: 'properties decide what is rendered', other: { ...sample, properties: { a: 2 } } },
  ];
  for (const { why, other } of others) {
    it(`belongs to one input, because ${why}`, () => {
      const samples = new RememberedSamples();
      samples.add(sample, { isValid: true });
      assert.equal(samples.find(structuredClone(sample)).isValid, true);
      assert.equal(samples.find(other).isValid, undefined);
    });
  }

  it('adds what is found later, and keeps what was known', () => {
    const samples = new RememberedSamples();
    const shape = shapeOf([{ kind: 'Placement', metadata: { name: 'a' } }]);
    samples.add(sample, { shape });
    samples.add(sample, { isUsable: true });
    assert.equal(samples.find(sample).shape, shape);
    assert.equal(samples.find(sample).isUsable, true);
    assert.equal(samples.find(sample).isValid, undefined);
  });

  it('freezes objects, because several requests read them', () => {
    const samples = new RememberedSamples();
    const metadata: JsonObject = { name: 'a' };
    samples.add(sample, { shape: shapeOf([{ kind: 'Placement', metadata }]) });
    assert.throws(() => Object.assign(metadata, { name: 'b' }), TypeError);
  });

  it('does not remember what is too large', () => {
    const samples = new RememberedSamples();
    samples.add(bigSample, { isValid: true });
    assert.equal(samples.find(bigSample).isValid, undefined);
    samples.add(sample, { shape: shapeOf([{ kind: 'Placement', text: 'x'.repeat(100 * 1024) }]) });
    assert.equal(samples.find(sample).shape, undefined);
  });

  it('forgets what was not used for the longest time when it is full', () => {
    const samples = new RememberedSamples();
    const text = 'x'.repeat(50 * 1024);
    const all = Array.from({ length: 40 }, (_, index) => ({ ...sample, name: `e${index}` }));
    for (const each of all) samples.add(each, { shape: shapeOf([{ kind: 'Placement', text }]) });
    const kept = all.filter((each) => samples.find(each).shape !== undefined).length;
    assert.ok(kept > 10 && kept < 25, `${kept} of 40 renders are remembered`);
  });
});

describe('a decision with remembered renders', () => {
  const topology = (properties: JsonObject, type = 'topology-ocm') =>
    environment('team', { topology: { type, properties } });
  const lifecycle = (spokeNamespace: JsonObject, workload: JsonObject = {}) => ({
    manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: { spokeNamespace, workload } } },
  });
  const objects: KubeObject[] = [
    topology({}),
    topology({ placement: { numberOfClusters: 2 } }),
    topology({ hubNamespace: 'not-shared' }),
    topology(lifecycle({ create: false, orphan: true })),
    topology(lifecycle({ create: true, orphan: true }, { orphan: true })),
    topology({ placementRefs: [{ name: 'a' }] }, 'topology-ocm-byop'),
    topology({ fails: 'InvalidParameter' }),
    topology({ fails: 'InvalidTemplate' }),
    topology({ fails: 'DeadlineExceeded' }),
    topology({}, 'edge'),
    topology({ fails: 'InvalidTemplate' }, 'edge'),
    topology({ rendersNothing: true }, 'edge'),
  ];
  const stored = [customTopology('edge', 'template')];

  /** An engine that fails as property `fails` says, and counts what it does. */
  function engine(): { topologies: Pick<TopologyEngine, 'check' | 'render'>; calls: () => number } {
    const { topologies } = lifecycleTopologies();
    let calls = 0;
    const outcome = (parameter: JsonObject): TopologyResult | undefined => {
      calls += 1;
      const reason = parameter['fails'];
      const isFailure = reason === 'InvalidParameter' || reason === 'InvalidTemplate' || reason === 'DeadlineExceeded';
      return isFailure ? { ok: false, reason, violations: [{ path: ['fails'], message: 'why' }] } : undefined;
    };
    return {
      topologies: {
        check: async (template, parameter, options) =>
          outcome(parameter) ?? topologies.check(template, parameter, options),
        render: async (template, parameter, context, options) =>
          outcome(parameter) ??
          (parameter['rendersNothing'] === true
            ? { ok: true, objects: [] }
            : topologies.render(template, parameter, context, options)),
      },
      calls: () => calls,
    };
  }

  function deciderWith(options: Partial<GatherOptions>) {
    const files = filesOf(stored);
    return createDecider('validate', { ...webhookSources(options), cached: files, live: () => files, severities: {} });
  }

  it('is the same as without, for creations and for all edits between different topologies', async () => {
    const { signal } = new AbortController();
    const [fewer, all] = [engine(), engine()];
    const remembering = deciderWith({ topologies: fewer.topologies, samples: new RememberedSamples() });
    const forgetting = deciderWith({ topologies: all.topologies });
    const seen = new Set<string>();
    // In the second round, everything that can be remembered is.
    for (let round = 0; round < 2; round += 1) {
      for (const object of objects) {
        for (const oldObject of [undefined, ...objects]) {
          const expected = await forgetting(requestFor(object, oldObject), signal);
          assert.deepEqual(await remembering(requestFor(object, oldObject), signal), expected);
          for (const { code } of expected.violations) seen.add(code);
        }
      }
    }
    assert.ok(fewer.calls() < all.calls() * 0.7, `${fewer.calls()} of ${all.calls()} evaluations`);
    for (const code of ['InvalidSpec', 'OrphanWithoutCreate', 'RenderFails']) {
      assert.ok(seen.has(code), `${code} of ${[...seen].join(', ')}`);
    }
  });
});
