import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import type { ManifestWork } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { deleteFromEtcd } from '../support/etcd.ts';
import { apply, createNamespace, eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses, startExtraRole, type ExtraRole } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';

const graceSeconds = 3600;
const spoke = 'spoke1';
const label = 'missing-works-test';

const on = (cluster: string) => ({
  requiredClusterSelector: { labelSelector: { matchLabels: { [label]: cluster } } },
});

describe('a ManifestWork that is lost on the hub', function () {
  this.timeout(240_000);
  let namespace: string;
  let restarted: ExtraRole | undefined;

  const stored = () => getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
  /** The deadline in seconds since the epoch. Undefined while the controller exports none, or does not answer. */
  const deadline = async () => {
    const port = restarted?.healthPort ?? portOf((await sharedHub()).state, 'controller-health');
    const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
    const text = (await response?.text()) ?? '';
    const value = /^mooring_hub_eviction_deadline_seconds (\S+)$/m.exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const workload = () => getObject<KubeObject>(['workload', 'web', '-n', namespace], spoke);
  const workloadIsRemoved = () =>
    eventually('the Workload is removed', async () => (await workload()) === undefined, { withinMs: 60_000 });
  /** Edits the Environment so that it selects clusters with this value of the label. */
  const select = async (cluster: string) => {
    const edited = await apply(manifest(environment(namespace, { placement: { predicates: [on(cluster)] } })));
    assert.equal(edited.code, 0, edited.stderr);
  };
  const ownWork = async () => {
    const { items }: { items: ManifestWork[] } = JSON.parse(
      await kubectlOk(['get', 'manifestworks', '-n', spoke, '-o', 'json']),
    );
    const [own] = items.filter(({ spec }) => JSON.stringify(spec).includes(`"${namespace}"`));
    return own ?? assert.fail('there is no ManifestWork');
  };
  /** The names of the AppliedManifestWorks that own an object, sorted. */
  const recordsOf = (object: KubeObject | undefined) =>
    (object?.metadata.ownerReferences ?? []).map(({ name }) => name).toSorted();
  const workloadUid = () =>
    kubectlOk(['get', 'workload', 'web', '-n', namespace, '-o', 'jsonpath={.metadata.uid}'], { on: spoke });

  before(async () => {
    await sharedHub();
    await kubectlOk(['label', 'managedcluster', spoke, `${label}=${spoke}`]);
    namespace = await createNamespace('missing');
    const primary = environment(namespace, { placement: { predicates: [on(spoke)] } });
    const applied = await apply(
      manifest(primary, profile(namespace), deployment(namespace, { environmentRef: 'primary' })),
    );
    assert.equal(applied.code, 0, applied.stderr);
    await waitUntilApplied(namespace);
  });

  after(async () => {
    await restarted?.end();
    await restoreHub();
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
    await kubectlOk(['label', 'managedcluster', spoke, `${label}-`]);
  });

  it('is not assumed if OCM deletes it because its cluster is no longer selected', async () => {
    await select('no-cluster');
    await workloadIsRemoved();
    const { status } = await eventually('the status has no cluster', async () => {
      const found = await stored();
      return (found?.status?.selectedClusters ?? []).length === 0 && found;
    });
    assert.equal(status?.worksMissingSince, undefined);
    assert.equal(await deadline(), undefined);
    await select(spoke);
    await eventually('the Workload is back', async () => (await workload()) !== undefined, { withinMs: 60_000 });
    await waitUntilApplied(namespace);
  });

  it('gives the time at which agents may evict, also after a restart of the controller, until it is back', async () => {
    const hub = await sharedHub();
    const uid = await workloadUid();
    assert.equal(await deadline(), undefined);
    await endProcesses(hub, ['ocm-stand-in']);
    const own = await ownWork();
    const lostAt = Date.now() / 1000;
    // As when etcd is restored. If it was deleted by a request, its agent would remove what it has applied.
    const key = `/hub/work.open-cluster-management.io/manifestworks/${spoke}/${own.metadata.name}`;
    assert.equal(await deleteFromEtcd(hub, key), 1);

    const noticed = await eventually('the controller exports the deadline', deadline);
    assert.ok(Math.abs(noticed - (lostAt + graceSeconds)) < 20, `${noticed - lostAt} s after the loss`);
    assert.deepEqual((await stored())?.status?.worksMissingOn, [spoke]);
    const { resourceVersion } = (await stored())?.metadata ?? {};

    await endProcesses(hub, ['controller']);
    assert.equal(await deadline(), undefined, 'no controller runs');
    restarted = await startExtraRole(hub, 'controller');
    const again = await eventually('the new controller exports the deadline', deadline);
    assert.equal(again, noticed);
    assert.equal((await stored())?.metadata.resourceVersion, resourceVersion, 'it writes nothing');

    await restarted.end();
    restarted = undefined;
    await restoreHub();
    await eventually('nothing is missing', async () => (await deadline()) === undefined);
    const { status } = await waitUntilApplied(namespace);
    assert.equal(status?.worksMissingSince, undefined);
    assert.equal(status?.worksMissingOn, undefined);
    assert.equal(await workloadUid(), uid, 'the Workload was not touched');
  });

  // docs/recovery.md, "Records of lost ManifestWorks".
  it('has a record on its spoke, which keeps the Workload when its cluster is no longer selected, until it is evicted', async () => {
    const uid = await workloadUid();
    const present = (await ownWork()).metadata.name;
    const records = recordsOf(await workload());
    const [lost, ...more] = records.filter((name) => !name.endsWith(`-${present}`));
    assert.deepEqual([records.length, more], [2, []], 'the ManifestWork came back under another name');
    await select('no-cluster');
    await eventually('the deployment has no cluster', async () => {
      const { status } = (await stored()) ?? {};
      return (status?.selectedClusters ?? []).length === 0;
    });
    await eventually('the new record is gone', async () => recordsOf(await workload()).join() === lost);
    assert.equal(await workloadUid(), uid);
    // What its agent does at the end of the grace period.
    await kubectlOk(['delete', 'appliedmanifestwork', lost ?? '', '--wait=false'], { on: spoke });
    await workloadIsRemoved();
  });
});
