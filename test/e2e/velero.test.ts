import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { deleteFromEtcd } from '../support/etcd.ts';
import { apply, createNamespace, eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';
import { backUp, readDocumentedRestore, restoreLikeVelero, type DocumentedRestore } from '../support/velero.ts';

const user = 'system:serviceaccount:velero:velero';
const roles = ['controller', 'webhook', 'aggregator'];
/** What each deployment refers to, and the revision that this means. */
const refs = {
  floating: ['primary', 4],
  pinned: ['primary@v2', 2],
  versioned: ['primary@v1.3.6', 3],
} as const;
const names = Object.keys(refs);

describe('a hub that Velero restores, without Placements and ManifestWorkReplicaSets', function () {
  this.timeout(400_000);
  let namespace: string;
  let documented: DocumentedRestore;

  const list = async <T = KubeObject>(resource: string, ...args: string[]): Promise<T[]> =>
    JSON.parse(await kubectlOk(['get', resource, '-n', namespace, '-o', 'json', ...args])).items;
  const primary = () => getObject<Environment>(['environment', 'primary', '-n', namespace]);
  const edit = async (label: string, revision: number, version?: string) => {
    const made = environment(namespace, { labels: { edition: label } });
    const object = version === undefined ? made : { ...made, spec: { ...made.spec, version } };
    const { code, stderr } = await apply(manifest(object));
    assert.equal(code, 0, stderr);
    await eventually(`revision ${revision} is recorded`, async () => (await primary())?.status?.revision === revision);
  };
  const allApplied = () =>
    Promise.all(Object.entries(refs).map(([name, [, at]]) => waitUntilApplied(namespace, name, at)));
  /** `spoke/name uid generation` of every Workload. */
  const workloads = async () => {
    const { spokes } = await sharedHub();
    const found = await Promise.all(
      Object.keys(spokes).map(async (on) => {
        const text = await kubectlOk(['get', 'workloads', '-n', namespace, '-o', 'json'], { on });
        const { items }: { items: KubeObject[] } = JSON.parse(text);
        return items.map(({ metadata: { name, uid, generation, deletionTimestamp } }) =>
          [`${on}/${name}`, uid, generation, deletionTimestamp].join(' ').trimEnd(),
        );
      }),
    );
    return found.flat().toSorted();
  };

  before(async () => {
    documented = await readDocumentedRestore();
    namespace = await createNamespace('velero');
    await kubectlOk(['create', 'clusterrolebinding', namespace, '--clusterrole=cluster-admin', `--user=${user}`]);
    const made = await apply(manifest(profile(namespace)));
    assert.equal(made.code, 0, made.stderr);
    await edit('1', 1);
    await edit('2', 2);
    await edit('3', 3, '1.3.6');
    await edit('4', 4, '1.3.7');
    const deployments = Object.entries(refs).map(([name, [environmentRef]]) =>
      deployment(namespace, { name, environmentRef }),
    );
    const applied = await apply(manifest(...deployments));
    assert.equal(applied.code, 0, applied.stderr);
    await allApplied();
  });

  after(async () => {
    await restoreHub();
    await deleteTestObjects(namespace);
    await kubectlOk(['delete', 'clusterrolebinding', namespace]);
  });

  /** Deletes what belongs to the namespace from etcd, as when the hub is lost. Spokes, agents and OCM continue to run. */
  async function loseEverything(): Promise<void> {
    const hub = await sharedHub();
    const work = '/hub/work.open-cluster-management.io';
    const own = async (resource: string): Promise<KubeObject[]> => {
      const { items }: { items: KubeObject[] } = JSON.parse(await kubectlOk(['get', resource, '-A', '-o', 'json']));
      return items.filter((item) => JSON.stringify(item).includes(`"${namespace}`));
    };
    const [sets, placements] = [await own('manifestworkreplicasets'), await own('placements')];
    const works = await own('manifestworks');
    assert.deepEqual([sets.length, works.length], [names.length, names.length]);
    const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
    for (const set of sets) await deleteFromEtcd(hub, `${work}/manifestworkreplicasets/${keyOf(set)}`);
    // OCM would create the ManifestWorks again as long as it sees their ManifestWorkReplicaSets.
    await sleep(3000);
    for (const one of works) await deleteFromEtcd(hub, `${work}/manifestworks/${keyOf(one)}`);
    for (const one of placements) {
      await deleteFromEtcd(hub, `/hub/cluster.open-cluster-management.io/placements/${keyOf(one)}`);
    }
    for (const resource of documented.included.filter((one) => one.endsWith('.spectrocloud.com'))) {
      const [plural = ''] = resource.split('.');
      await deleteFromEtcd(hub, `/hub/spectrocloud.com/${plural}/${namespace}/`);
      await eventually(`${plural} are lost`, async () => (await list(resource)).length === 0);
    }
  }

  it('has every object with its history again, and no Workload is touched', async () => {
    const workloadsBefore = await workloads();
    assert.equal(workloadsBefore.length, names.length);
    assert.deepEqual(
      documented.included.filter((resource) => documented.excluded.includes(resource)),
      [],
    );
    const backup = await backUp(namespace, documented.included);
    await endProcesses(await sharedHub(), roles);
    await loseEverything();
    assert.deepEqual(await workloads(), workloadsBefore);
    await restoreHub();

    assert.deepEqual(await restoreLikeVelero(backup, { user, statuses: documented.statuses }), []);
    await allApplied();
    assert.deepEqual(await workloads(), workloadsBefore);
    const restored = await primary();
    assert.equal(restored?.metadata.labels?.['velero.io/backup-name'], 'hub');
    assert.deepEqual([restored?.status?.revision, restored?.status?.versions], [4, { '1.3': '1.3.7' }]);
    await eventually('all revisions have an owner', async () =>
      (await list('definitionrevisions')).every(({ metadata }) => metadata.ownerReferences?.length === 1),
    );
    assert.equal((await list('definitionrevisions')).length, 5);
    await edit('5', 5, '1.3.8');
    const pinned = await list<WorkloadDeployment>('workloaddeployments');
    assert.deepEqual(
      Object.fromEntries(pinned.map(({ metadata, status }) => [metadata.name, status?.environment?.revision])),
      { ...Object.fromEntries(Object.entries(refs).map(([name, [, revision]]) => [name, revision])), floating: 5 },
    );
  });
});
