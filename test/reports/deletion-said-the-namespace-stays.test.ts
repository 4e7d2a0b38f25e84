import assert from 'node:assert/strict';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { apply, createNamespace, eventually, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';

/** `fewLines` with a parameter; above 3, it renders the Placement only. */
const placementOnlyAbove3 = fewLines
  .replace('#Parameter: clusters: *1 | int', '#Parameter: {clusters: *1 | int, x: *5 | int}')
  .replace('outputs: work: {', 'if parameter.x <= 3 {outputs: work: {')
  .replace(/\}\s*$/, '}}\n');

describe('the warning about a deletion', function () {
  this.timeout(180_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('stays');
  });
  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace, `${namespace}-never`);
    await kubectlOk(['delete', 'policydefinition', namespace, '-n', 'mural-system', '--ignore-not-found']);
  });

  const dryRun = async (name: string) => {
    const { code, stderr } = await kubectl(['delete', 'wd', name, '-n', namespace, '--dry-run=server']);
    assert.equal(code, 0, stderr);
    return stderr;
  };
  const read = (name: string) => getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);

  it('said "Namespace stays" about one that was deleted: a topology renders the Placement only, and the works stay', async () => {
    const topology = { type: namespace, properties: {} };
    const objects = manifest(customTopology(namespace, fewLines), environment(namespace, { topology }));
    const made = await apply(`${objects}\n---\n${manifest(profile(namespace), deployment(namespace))}`);
    assert.equal(made.code, 0, made.stderr);
    const { status } = await waitUntilApplied(namespace);
    const on = status?.selectedClusters?.[0] ?? assert.fail();
    await kubectlOk(['create', 'configmap', 'precious', '-n', namespace], { on });
    const isDeleted = new RegExp(`Namespace ${namespace} is deleted with everything in it`);
    assert.match(await dryRun('web'), isDeleted);

    // Admission denies such an edit, unless it is acknowledged.
    const edit = customTopology(namespace, placementOnlyAbove3);
    const annotations = { 'spectrocloud.com/acknowledge': 'TopologyDoesNotRender' };
    const edited = await apply(manifest({ ...edit, metadata: { ...edit.metadata, annotations } }));
    assert.equal(edited.code, 0, edited.stderr);
    const kept = await eventually('the status is about the Placement alone', async () => {
      const found = await read('web');
      return found?.status?.replicaSets?.length === 0 ? found : undefined;
    });
    assert.match(await dryRun('web'), isDeleted);
    assert.deepEqual(kept.status?.effectiveLifecycle?.spokeNamespace, { create: true, orphan: false });
    // It also said "no cluster is selected" while the Workload ran.
    const applied = kept.status.conditions?.find(({ type }) => type === 'Applied');
    assert.deepEqual([applied?.status, applied?.reason], ['False', 'NoWorksRendered']);
    assert.equal(
      applied?.message,
      `the topology renders no ManifestWorkReplicaSet for this deployment; what was applied before stays on ${on}`,
    );
    assert.deepEqual(kept.status.selectedClusters, [on]);

    await kubectlOk(['delete', 'wd', 'web', '-n', namespace, '--timeout=60s']);
    const isGone = async () => (await getObject(['configmap', 'precious', '-n', namespace], on)) === undefined;
    await eventually('the ConfigMap is gone, as the warning says', isGone);
  });

  it('named a namespace of a deployment that never was on a cluster', async () => {
    // The hub namespace is not open, so that nothing is written.
    const topology = { type: 'topology-ocm', properties: { hubNamespace: namespace } };
    const never = { name: 'never', environmentRef: 'closed', spokeNamespace: `${namespace}-never` };
    const made = await apply(
      manifest(profile(namespace), environment(namespace, { name: 'closed', topology }), deployment(namespace, never)),
    );
    assert.equal(made.code, 0, made.stderr);
    await eventually('the hub refuses it', async () => {
      const applied = (await read('never'))?.status?.conditions?.find(({ type }) => type === 'Applied');
      return applied?.reason === 'HubNamespaceNotOpen';
    });
    assert.doesNotMatch(await dryRun('never'), /is removed from|is deleted with/);
  });
});
