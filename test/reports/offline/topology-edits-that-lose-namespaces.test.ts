import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import type { TopologyEngine } from '../../../src/topology/topology-result.ts';
import { checkObjects, startEngine } from '../../support/checked-hub.ts';
import { customTopology, fewLines } from '../../support/custom-topology.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
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
const lifecycle = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
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

  const api = (environmentRef: string) => deployment('team', { name: 'api', environmentRef });
  const other = (type: string) => environment('team', { name: 'other', topology: { type } });

  it('are refused if only one of two deployments would own their namespace afterwards', async () => {
    const { allowed, lines } = await last(...users, other('topology-ocm'), api('other'), without);
    assert.equal(allowed, false, lines);
    assert.match(
      lines,
      /^NamespaceLifecycleConflict spec\.schematic\.cue\.template: WorkloadDeployment team\/web: Namespace team is shared/m,
    );
  });

  it('are judged for all Environments with the topology together', async () => {
    const { allowed, lines } = await last(...users, other('mine'), api('other'), without);
    assert.equal(allowed, false, lines);
    assert.doesNotMatch(lines, /^NamespaceLifecycleConflict /m);
    assert.match(lines, /^NamespaceWouldBeDeleted .* WorkloadDeployment team\/web: /m);
    assert.match(lines, /^NamespaceWouldBeDeleted .* WorkloadDeployment team\/api: /m);
  });

  it('are refused if a Workload may come to the cluster of another one with the same name', async () => {
    const on = (namespace: string, cluster: string) =>
      placedDeployment({ namespace, spokeNamespace: 'shop', lifecycle, clusters: [cluster] });
    const store = environment('store', { topology: { type: 'topology-ocm' } });
    const base = [typed, store, profile('team'), profile('store'), on('team', 'spoke1'), on('store', 'spoke2')];
    const { allowed, lines } = (await checkObjects(engine, [elsewhere], [mine(fewLines), ...base]))[0] ?? assert.fail();
    assert.equal(allowed, false, lines);
    assert.match(lines, /^WorkloadConflict spec\.schematic\.cue\.template: WorkloadDeployment team\/web: /m);
  });

  it('are refused if a work of the hub itself would own a namespace that the hub needs', async () => {
    const labels = { 'local-cluster': 'true' };
    const cluster = { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' };
    const hub = { ...cluster, metadata: { name: 'hub', labels } };
    const excluding = mine(
      fewLines.replace(
        'clusterSets: ["global"]',
        'clusterSets: ["global"], predicates: [{requiredClusterSelector: labelSelector: matchExpressions: [{key: "local-cluster", operator: "NotIn", values: ["true"]}]}]',
      ),
    );
    const objects = [excluding, typed, profile('team'), deployment('team'), mine(fewLines)];
    const results = await checkObjects(engine, objects, [hub]);
    assert.doesNotMatch(
      results
        .map(({ lines }) => lines)
        .slice(0, -1)
        .join('\n'),
      /HubNamespaceWouldBeOwned/,
    );
    const { allowed, lines } = results.at(-1) ?? assert.fail();
    assert.equal(allowed, false, lines);
    assert.match(lines, /^HubNamespaceWouldBeOwned spec\.schematic\.cue\.template: WorkloadDeployment team\/web: /m);
    assert.doesNotMatch(lines, /let the ref mean/);
  });

  it('keep the namespaces of deployments that nothing is rendered for', async () => {
    const nothing = mine(`${fewLines.replace('outputs: work', 'if parameter.clusters > 3 {outputs: work')}}`);
    const { lines } = await last(...users, nothing);
    assert.match(lines, /^TopologyDoesNotRender /m);
    assert.doesNotMatch(lines, /NamespaceWouldBeDeleted|WorkloadsWouldMove/);
  });

  it('are admitted without a word if no deployment uses the topology, or nothing changes on clusters', async () => {
    const silent = { allowed: true, lines: '' };
    assert.deepEqual(await last(mine(fewLines), typed, profile('team'), without), silent);
    assert.deepEqual(await last(...users, mine(`${fewLines}\n// edited`)), silent);
    const pinnedTopology = environment('team', { topology: { type: 'mine@v1' } });
    assert.deepEqual(await last(mine(fewLines), pinnedTopology, profile('team'), deployment('team'), without), silent);
  });
});
