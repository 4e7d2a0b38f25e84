import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyObjects, buildNamespace } from '../../deploy/local/hub/apply/apply.ts';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { down } from '../../deploy/local/hub/down.ts';
import { up, type Hub } from '../../deploy/local/hub/up.ts';
import type { Environment } from '../../src/api/environment.ts';
import {
  definitionRevisions,
  environments,
  workloadDeployments,
  workloadProfiles,
  workloads,
} from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, manifestWorks, placements } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { checkPins } from '../chaos/check-pins.ts';
import { parseHubContent } from '../chaos/hub-content.ts';
import type { Attempt } from '../chaos/journal.ts';
import { deleteFromEtcd } from '../support/etcd.ts';
import { environment as processEnvironment, eventually, run, sharedHub } from '../support/hub.ts';
import { endProcesses } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { conditionOf } from '../support/tenant.ts';

const namespace = 'backed-up';
const roles = ['controller', 'webhook', 'aggregator'];
/** What each deployment refers to. */
const refs = { floating: 'primary', pinned: 'primary@v2', versioned: 'primary@v1.3.6' };
const names = Object.keys(refs);

// A separate hub, because everything on it is lost.
describe('a hub that has lost all objects of mooring', function () {
  this.timeout(480_000);
  let hub: Hub;
  let client: Client;
  let directory: string;
  let folder: string;
  let backup: string;
  /** The pins when they were made, as the independent checker reads them. */
  let pins: Attempt[];
  /** The Workloads on the spokes before. */
  let workloadsAtFirst: string[];

  const bringUp = async () => {
    hub = await up({ directory, spokes: 2, environment: processEnvironment });
    client = createHubClient(hub.kubeconfig);
  };
  const cli = (...args: string[]) => runMooring([...args, '--kubeconfig', hub.kubeconfig]);
  const list = async (resource: Parameters<Client['list']>[0]) => (await client.list(resource, { namespace })).items;
  const apply = async (...objects: object[]) => {
    const { code, stderr } = await run(
      hub.kubectl,
      ['--kubeconfig', hub.kubeconfig, 'apply', '-f', '-'],
      manifest(...objects),
    );
    assert.equal(code, 0, stderr);
  };
  const primary = () => client.get<Environment>(environments, { namespace, name: 'primary' });
  const edit = async (label: string, revision: number, version?: string) => {
    const made = environment(namespace, { labels: { edition: label }, placement: { numberOfClusters: 2 } });
    await apply(version === undefined ? made : { ...made, spec: { ...made.spec, version } });
    await eventually(`revision ${revision} is recorded`, async () => (await primary()).status?.revision === revision);
  };
  const allApplied = () =>
    eventually(
      'all deployments are applied on both spokes',
      async () => {
        const found = await client.list<WorkloadDeployment>(workloadDeployments, { namespace });
        return (
          found.items.length === names.length &&
          found.items.every(
            ({ status }) => conditionOf(status, 'Applied') === 'True Applied' && status?.selectedClusters?.length === 2,
          )
        );
      },
      { withinMs: 120_000 },
    );
  /** `spoke/name uid generation` of every Workload; one that is being deleted is marked. */
  const workloadsOnSpokes = async (): Promise<string[]> => {
    const found = await Promise.all(
      Object.entries(hub.spokes).map(async ([spoke, kubeconfig]) => {
        const { items } = await createHubClient(kubeconfig).list(workloads, { namespace });
        return items.map(({ metadata: { name, uid, generation, deletionTimestamp } }) =>
          [`${spoke}/${name}`, uid, generation, deletionTimestamp].join(' ').trimEnd(),
        );
      }),
    );
    return found.flat().toSorted();
  };
  /**
   * Deletes objects from the etcd of the hub, as when it is lost. The spokes, their agents and OCM continue to run.
   * ManifestWorkReplicaSets come first, because OCM would create their ManifestWorks again.
   */
  const lose = async (...resources: Resource[]) => {
    for (const resource of resources) {
      assert.ok((await deleteFromEtcd(hub, `/hub/${resource.group}/${resource.plural}/`)) > 0, resource.plural);
      if (resource === manifestWorkReplicaSets) await sleep(3000);
    }
    for (const resource of resources) {
      await eventually(`${resource.plural} are lost`, async () => (await client.list(resource)).items.length === 0);
    }
  };
  const pinsMeanTheSame = async () => {
    const content = parseHubContent(
      ...((await Promise.all(
        [environments, definitionRevisions, workloadDeployments].map(async (resource) => ({
          items: await list(resource),
        })),
      )) as unknown as Parameters<typeof parseHubContent>),
    );
    const { checked, problems } = checkPins(pins, content);
    assert.deepEqual(problems, []);
    assert.equal(checked, 2);
  };

  before(async () => {
    directory = `${(await sharedHub()).directory}-backup`;
    folder = await mkdtemp(join(tmpdir(), 'mooring-backup-'));
    backup = join(folder, 'backup.yaml');
    await down({ directory, purge: true });
    await bringUp();
    await applyObjects(client, [buildNamespace(namespace)]);
    await apply(profile(namespace));
    await edit('1', 1);
    await edit('2', 2);
    await edit('3', 3, '1.3.6');
    await edit('4', 4, '1.3.7');
    await apply(
      ...Object.entries(refs).map(([name, environmentRef]) => deployment(namespace, { name, environmentRef })),
    );
    await allApplied();
    workloadsAtFirst = await workloadsOnSpokes();
    assert.equal(workloadsAtFirst.length, 2 * names.length);
    const recorded = await list(definitionRevisions);
    const specOf = (revision: number) =>
      recorded.find(({ metadata }) => metadata.name === `environment.primary.v${revision}`) as KubeObject & {
        spec: { object: { spec: Attempt['first'] } };
      };
    pins = await Promise.all(
      [
        { name: 'pinned', selector: '2', revision: 2 },
        { name: 'versioned', selector: '1.3.6', revision: 3 },
      ].map(async ({ name, selector, revision }): Promise<Attempt> => {
        const object = await client.get(workloadDeployments, { namespace, name });
        const { first } = { first: specOf(revision).spec.object.spec };
        return {
          id: name,
          style: 'pin',
          name: 'primary',
          outcome: 'accepted',
          pin: { deployment: name, selector },
          object: object as unknown as NonNullable<Attempt['object']>,
          ...(first === undefined ? {} : { first }),
        };
      }),
    );
    await pinsMeanTheSame();
  });

  after(async () => {
    await down({ directory, purge: true });
    await rm(folder, { recursive: true, force: true });
  });

  it('gets them back from mooring export, and no Workload is touched', async () => {
    const exported = await cli('export', backup);
    assert.equal(exported.code, 0, exported.stderr);
    assert.match(exported.stderr, /^exported 5 DefinitionRevisions, .*1 Environment, 3 WorkloadDeployments/);

    await endProcesses(hub, roles);
    const kinds = [definitionRevisions, workloadDeployments, environments, workloadProfiles];
    await lose(...kinds, manifestWorkReplicaSets, manifestWorks, placements);
    assert.deepEqual(await workloadsOnSpokes(), workloadsAtFirst);

    await bringUp();
    const tried = await cli('import', backup, '--dry-run');
    assert.match(
      tried.stdout,
      /environment\.spectrocloud\.com backed-up\/primary created \(server dry run\) \(revision 4\)/,
    );
    const imported = await cli('import', backup);
    assert.equal(imported.code, 0, imported.stdout + imported.stderr);
    await allApplied();
    assert.deepEqual(await workloadsOnSpokes(), workloadsAtFirst);
    await eventually('all revisions have an owner', async () =>
      (await list(definitionRevisions)).every(({ metadata }) => metadata.ownerReferences?.length === 1),
    );
    await pinsMeanTheSame();
    const { status } = await primary();
    assert.deepEqual([status?.revision, status?.versions], [4, { '1.3': '1.3.7' }]);

    const again = await cli('import', backup);
    assert.equal(again.code, 0, again.stdout + again.stderr);
    assert.match(again.stdout, /\n0 created, 10 unchanged, 0 skipped\n$/);
    await edit('5', 5, '1.3.8');
    await pinsMeanTheSame();
    const now = await workloadsOnSpokes();
    assert.deepEqual(
      now.map((text) => text.split(' ')[1]),
      workloadsAtFirst.map((text) => text.split(' ')[1]),
    );
  });

  it('writes lost ManifestWorkReplicaSets again, with the same names, and no Workload is touched', async () => {
    await allApplied();
    const workloadsBefore = await workloadsOnSpokes();
    const namesOf = async () =>
      (await client.list(manifestWorkReplicaSets)).items.map(({ metadata }) => metadata.name).toSorted();
    const replicaSets = await namesOf();
    await endProcesses(hub, roles);
    await lose(manifestWorkReplicaSets, manifestWorks, placements);
    await bringUp();
    await eventually('they are written again', async () => (await namesOf()).join() === replicaSets.join(), {
      withinMs: 120_000,
    });
    await allApplied();
    assert.deepEqual(await workloadsOnSpokes(), workloadsBefore);
  });

  it('has the same pins after mooring uninstall, a new installation and mooring import, and no Workload is touched', async () => {
    await allApplied();
    const workloadsBefore = await workloadsOnSpokes();
    const replicaSetUids = async () =>
      (await client.list(manifestWorkReplicaSets)).items
        .map(({ metadata: { name, uid = '' } }) => `${name} ${uid}`)
        .toSorted();
    const uidsBefore = await replicaSetUids();
    const deploymentUids = async () => (await list(workloadDeployments)).map(({ metadata }) => metadata.uid);
    const lost = await deploymentUids();
    const exported = await cli('export', backup);
    assert.equal(exported.code, 0, exported.stderr);

    await endProcesses(hub, roles, 'SIGTERM');
    const uninstalled = await cli('uninstall', '--yes');
    assert.equal(uninstalled.code, 0, uninstalled.stdout + uninstalled.stderr);
    assert.deepEqual(await workloadsOnSpokes(), workloadsBefore);
    await bringUp();
    const imported = await cli('import', backup);
    assert.equal(imported.code, 0, imported.stdout + imported.stderr);

    await allApplied();
    assert.deepEqual(await workloadsOnSpokes(), workloadsBefore);
    assert.deepEqual(await replicaSetUids(), uidsBefore);
    assert.deepEqual(
      (await deploymentUids()).filter((uid) => lost.includes(uid)),
      [],
    );
    await pinsMeanTheSame();
  });
});
