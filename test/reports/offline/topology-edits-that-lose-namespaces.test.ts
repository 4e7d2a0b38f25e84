import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import type { TopologyEngine } from '../../../src/topology/topology-result.ts';
import { checkObjects, startEngine } from '../../support/checked-hub.ts';
import { customTopology, fewLines } from '../../support/custom-topology.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import { buildTimeoutMs } from '../../topology/cue-module.ts';

const mine = (template: string) => customTopology('mine', template);
const without = mine(
  fewLines.replace(
    'in context.workloadYamls {',
    'in context.workloadYamls if json.Unmarshal(text).kind != "Namespace" {',
  ),
);
const elsewhere = mine(fewLines.replace('clusterSets: ["global"]', 'clusterSets: ["other"]'));
const typed = environment('team', { topology: { type: 'mine' } });
const users = [mine(fewLines), typed, profile('team'), deployment('team')];

describe('edits of a topology that change what deployments have on clusters', function () {
  this.timeout(60_000);
  let engine: TopologyEngine;
  before(async function () {
    this.timeout(buildTimeoutMs);
    engine = await startEngine();
  });
  after(() => engine.close());
  const last = async (...objects: KubeObject[]) => (await checkObjects(engine, objects)).at(-1) ?? assert.fail();

  it('are refused if a namespace would be deleted, and name the deployment', async () => {
    const { allowed, lines } = await last(...users, without);
    assert.equal(allowed, false, lines);
    assert.match(
      lines,
      /^NamespaceWouldBeDeleted spec\.schematic\.cue\.template: WorkloadDeployment team\/web: Namespace team/m,
    );
  });

  it('are reported if Workloads may move to other clusters', async () => {
    const { lines } = await last(...users, elsewhere);
    assert.match(lines, /^WorkloadsWouldMove spec\.schematic\.cue\.template: WorkloadDeployment team\/web: /m);
  });

  it('are judged for deployments that pin an older revision of their Environment', async () => {
    const pinned = deployment('team', { environmentRef: 'primary@v1' });
    const edited = environment('team', { topology: { type: 'topology-ocm' } });
    const { allowed, lines } = await last(mine(fewLines), typed, profile('team'), pinned, edited, without);
    assert.equal(allowed, false, lines);
    assert.match(lines, /^NamespaceWouldBeDeleted /m);
  });

  it('are admitted without a word if no deployment uses the topology, or nothing changes on clusters', async () => {
    const silent = { allowed: true, lines: '' };
    assert.deepEqual(await last(mine(fewLines), typed, profile('team'), without), silent);
    assert.deepEqual(await last(...users, mine(`${fewLines}\n// edited`)), silent);
    const pinnedTopology = environment('team', { topology: { type: 'mine@v1' } });
    assert.deepEqual(await last(mine(fewLines), pinnedTopology, profile('team'), deployment('team'), without), silent);
  });
});
