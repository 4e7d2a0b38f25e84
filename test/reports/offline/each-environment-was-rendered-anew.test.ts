import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { OfflineHub } from '../../../src/offline/offline-hub.ts';
import { builtinTopologies } from '../../../src/topology/builtin.ts';
import { createCachingEngine } from '../../../src/topology/caching-engine.ts';
import type { TopologyEngine } from '../../../src/topology/topology-result.ts';
import { startEngine } from '../../support/checked-hub.ts';
import { customTopology, fewLines } from '../../support/custom-topology.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import { offlineOptions } from '../../support/offline-options.ts';
import { buildTimeoutMs } from '../../topology/cue-module.ts';

type Topologies = Pick<TopologyEngine, 'check' | 'render'>;

/** A hub that decides with this engine. Each write goes through the mutating and the validating webhook. */
const hubWith = (topologies: Topologies) =>
  new OfflineHub([], { ...offlineOptions, topologies, builtins: builtinTopologies });

function cachingEngine(engine: Topologies): Topologies {
  return createCachingEngine({ engine, maxResults: 1000, retryStoppedAfterMs: 60_000, now: Date.now });
}

/** An engine that counts what it evaluates. */
function counted({ check, render }: Topologies) {
  let evaluations = 0;
  const count = () => {
    evaluations += 1;
  };
  const engine: Topologies = {
    check: (...args) => (count(), check(...args)),
    render: (...args) => (count(), render(...args)),
  };
  return { engine, evaluations: () => evaluations };
}

const named = (name: string, condition: string) =>
  customTopology(name, fewLines.replace('name: "where"\n\tspec: {', `name: "where"\n\tspec: {${condition}, `));
const edge = customTopology('edge', fewLines);
const branching = [
  named('by-environment', 'if context.environment == "e1" {nope: context.nope}'),
  named('by-namespace', 'if context.namespace == "team-1" {nope: context.nope}'),
  named('by-deployment', 'if context.deployment.namespace == "team-0" {nope: context.nope}'),
  named('by-app-name', 'if context.appName == "web-1" {nope: context.nope}'),
  named('by-name', '_n: context, if _n.name == "web-0" {nope: context.nope}'),
  named('by-label', 'if context.appLabels.tier != _|_ {nope: context.nope}'),
  named(
    'by-manifest',
    '_m: json.Unmarshal(context.workloadYamls[0]).metadata.name, if _m == "team-1" {nope: context.nope}',
  ),
  customTopology('constrained', `${fewLines}\ncontext: environment: !="e0"\ncontext: namespace: string`),
  customTopology('by-parameter', `${fewLines}\n#Parameter: where: *"\\(context.namespace)" | "team-1"`),
];
const typed = (type: string, index: number, team = `team-${index}`) =>
  environment(team, { name: `e${index}`, topology: { type, properties: { clusters: 2 } } });

describe('creating Environments, each of which was rendered anew', function () {
  this.timeout(60_000);
  let engine: TopologyEngine;
  before(async function () {
    this.timeout(buildTimeoutMs);
    engine = await startEngine();
  });
  after(() => engine.close());

  /** How many evaluations the creation of these objects needs. */
  async function evaluationsOf(objects: readonly KubeObject[], state: readonly KubeObject[] = []): Promise<number> {
    const { engine: counting, evaluations } = counted(engine);
    const hub = hubWith(cachingEngine(counting));
    for (const object of state) assert.ok((await hub.apply(object)).allowed);
    const before = evaluations();
    for (const object of objects) assert.deepEqual((await hub.apply(object)).violations, []);
    return evaluations() - before;
  }

  const many = [0, 1, 2, 3, 4];

  it('evaluates a built-in topology once for all names and namespaces, and both webhooks', async () => {
    assert.equal(await evaluationsOf(many.map((index) => environment(`team-${index}`, { name: `e${index}` }))), 1);
  });

  it('evaluates a custom topology once for all names in a namespace, and both webhooks', async () => {
    assert.equal(
      await evaluationsOf(
        many.map((index) => typed('edge', index, 'team')),
        [edge],
      ),
      1,
    );
  });

  it('evaluates a custom topology that reads the name for each name', async () => {
    const [byEnvironment] = branching;
    const names = [0, 2, 3].map((index) => typed('by-environment', index, 'team'));
    assert.equal(await evaluationsOf(names, [byEnvironment ?? assert.fail()]), 3);
  });

  it('evaluates nothing for more deployments in an Environment with a built-in topology', async () => {
    const web = (index: number) => deployment('team', { name: `web-${index}`, spokeNamespace: `web-${index}` });
    const state = [profile('team'), environment('team'), web(0)];
    const { engine: counting, evaluations } = counted(engine);
    const hub = hubWith(cachingEngine(counting));
    for (const object of state) assert.ok((await hub.apply(object)).allowed);
    const before = evaluations();
    for (const index of [1, 2, 3]) assert.ok((await hub.apply(web(index))).allowed);
    assert.equal(evaluations() - before, 0);
  });

  it('decides the same with and without the cache, also for topologies that branch on names', async function () {
    this.timeout(120_000);
    const [cached, direct] = [hubWith(cachingEngine(engine)), hubWith(engine)];
    const both = async (object: KubeObject) => {
      const results = [await cached.apply(object), await direct.apply(object)];
      assert.deepEqual(results[0], results[1], `${object.kind} ${object.metadata.name}`);
      return results[0]?.violations.length ?? 0;
    };
    for (const object of [edge, ...branching]) await both(object);
    let found = 0;
    for (const index of [0, 1]) {
      await both(profile(`team-${index}`));
      for (const { metadata } of [edge, ...branching, { metadata: { name: 'topology-ocm' } }]) {
        const { name } = metadata;
        const created =
          name === 'topology-ocm' ? environment(`team-${index}`, { name: `e${index}` }) : typed(name, index);
        const team = created.metadata.namespace ?? '';
        found += await both({ ...created, metadata: { ...created.metadata, name: `e${index}` } });
        const labels = index === 0 ? {} : { tier: 'gold' };
        const web = deployment(team, { name: `web-${index}`, environmentRef: `e${index}` });
        found += await both({ ...web, metadata: { ...web.metadata, labels } });
        await cached.delete('WorkloadDeployment', team, `web-${index}`);
        await direct.delete('WorkloadDeployment', team, `web-${index}`);
      }
    }
    assert.ok(found > 5, `only ${found} findings`);
  });
});
