import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { locateCertificateFiles, readPem } from '../../deploy/local/hub/files/certificates.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { workloadDeployments } from '../../src/api/kinds.ts';
import { manifestWorkReplicaSets } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { acknowledgeAnnotation, deploymentAnnotation } from '../../src/domain/annotations.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { getIfPresent } from '../../src/kube/client/get-if-present.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import { FaultyProxy, type ProxiedRequest } from '../support/faulty-proxy.ts';
import { apply, eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses, startExtraRole, type ExtraRole } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';
import { withoutAdmission } from '../support/without-admission.ts';

const slowly = { withinMs: 90_000 };
const frozenRoles = ['webhook', 'controller'] as const;
const clusters = ['spoke1', 'spoke2'];
const code = 'NamespaceLifecycleConflict';

/** Watches of what is applied. The controller must still see the deployments, or it would do nothing. */
const isOfOcm = ({ path }: ProxiedRequest) => /\/(placements|manifestworks|manifestworkreplicasets)$/.test(path);

describe('watches on which nothing arrives any more', function () {
  this.timeout(240_000);
  let hub: Hub;
  let client: Client;
  let tenant: TenantUser;
  let proxies: Record<(typeof frozenRoles)[number], FaultyProxy>;
  let spares: ExtraRole[] = [];
  const spokeNamespaces = ['held', 'shared', 'unseen'];

  before(async function () {
    this.timeout(300_000);
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    tenant = await createTenant('frozen');
    const { namespace } = tenant;
    const placement = { numberOfClusters: 2 };
    const made = await tenant.apply(
      manifest(
        profile(namespace),
        environment(namespace, { name: 'owner', placement }),
        environment(namespace, { name: 'guest', placement, lifecycle: { spokeNamespace: { create: false } } }),
      ),
    );
    assert.equal(made.code, 0, made.stderr);
    const authority = await readPem(locateCertificateFiles(hub.files.certificates('hub')).authority);
    const start = () => new FaultyProxy(`https://127.0.0.1:${portOf(hub.state, 'hub-apiserver')}`, authority).start();
    proxies = { webhook: await start(), controller: await start() };
    await endProcesses(hub, frozenRoles, 'SIGTERM');
    spares = await Promise.all(
      frozenRoles.map(async (role) =>
        startExtraRole(hub, role, { kubeconfig: await proxies[role].kubeconfig(hub.files.kubeconfig(role)) }),
      ),
    );
  });

  after(async function () {
    this.timeout(300_000);
    await Promise.all(spares.map((spare) => spare.end()));
    for (const proxy of Object.values(proxies)) await proxy.stop();
    await restoreHub();
    // An owner cannot be deleted before its guests.
    const guests = ['held-guest', 'shared-guest', 'unseen-guest'];
    await tenant.kubectlOk(['delete', 'workloaddeployment', '--ignore-not-found', '--timeout=60s', ...guests]);
    await deleteTestObjects(tenant.namespace);
    await deleteSpokeNamespaces(...spokeNamespaces.map(spokeNamespace));
  });
  afterEach(thaw);

  it('do not let a deployment through that conflicts with one that the webhook has not seen', async () => {
    await freezeWebhook();
    await deploy('held-owner', 'held', 'owner');
    const before = await uidsOf('held');
    const guest = await tenant.apply(manifest(inNamespace('held-guest', 'held', 'guest')));
    assert.equal(guest.code, 0, `the webhook has not seen the owner: ${guest.stderr}`);
    await eventually('the controller holds it', async () => (await applied('held-guest')) === `False ${code}`, slowly);
    assert.deepEqual(await replicaSetsOf('held-guest'), []);
    thaw();
    await eventually(
      'the webhook refuses another one',
      async () => {
        const more = manifest(inNamespace('held-more', 'held', 'guest'));
        return (await tenant.apply(more, '--dry-run=server')).stderr.includes(code);
      },
      slowly,
    );
    assert.equal(await applied('held-guest'), `False ${code}`);
    assert.equal(await applied('held-owner'), 'True Applied');
    assert.deepEqual(await uidsOf('held'), before, 'no namespace is lost');
  });

  it('do not let the webhook admit the deletion of an owner with a guest that it has not seen', async () => {
    await deploy('shared-owner', 'shared', 'owner');
    await eventually('the webhook has seen the owner', () => refusesGuest('shared'), slowly);
    await freezeWebhook();
    await deployAcknowledged('shared-guest', 'shared');
    await waitUntilApplied('shared-guest');
    const before = await uidsOf('shared');
    const { code: exitCode, stderr } = await tenant.kubectl([
      'delete',
      'workloaddeployment',
      'shared-owner',
      '--wait=false',
    ]);
    assert.notEqual(exitCode, 0, 'the deletion is denied');
    assert.match(stderr, /Namespace \S+-shared on spoke1, spoke2 would be deleted .*NamespaceLifecycleConflict/s);
    assert.deepEqual(await uidsOf('shared'), before, 'no namespace is lost');
  });

  it('do not let the controller release an owner with a guest of which it has not seen what is applied', async () => {
    await deploy('unseen-owner', 'unseen', 'owner');
    await eventually('the webhook has seen the owner', () => refusesGuest('unseen'), slowly);
    await freezeWebhook();
    await eventually('the watches are open', () =>
      Promise.resolve(proxies.controller.freezeWatchesUntilThaw(isOfOcm) >= 3),
    );
    await deployAcknowledged('unseen-guest', 'unseen');
    const onSpokes = () =>
      Promise.all(clusters.map((on) => getObject(['workload', 'unseen-guest', '-n', spokeNamespace('unseen')], on)));
    await eventually('the guest runs', async () => (await onSpokes()).every((found) => found !== undefined), slowly);
    const before = { uids: await uidsOf('unseen'), owner: await replicaSetsOf('unseen-owner') };
    await withoutAdmission(client, () =>
      eventually('the deletion is stored without admission', async () => {
        const key = { namespace: tenant.namespace, name: 'unseen-owner' };
        await client.delete(workloadDeployments, key).catch(() => undefined);
        return (await client.get(workloadDeployments, key)).metadata.deletionTimestamp !== undefined;
      }),
    );
    await eventually(
      'the controller waits',
      async () => (await condition('unseen-owner', 'Deleting')) !== undefined,
      slowly,
    );
    for (const end = performance.now() + 10_000; performance.now() < end; await sleep(500)) {
      assert.equal(await condition('unseen-owner', 'Deleting'), 'True CachesNotCurrent');
      assert.deepEqual(await replicaSetsOf('unseen-owner'), before.owner);
    }
    thaw();
    await eventually(
      'the status names the conflict',
      async () => (await condition('unseen-owner', 'Deleting')) === `True ${code}`,
      slowly,
    );
    const { status } = await waitUntilApplied('unseen-guest');
    assert.deepEqual(status?.selectedClusters, clusters);
    assert.deepEqual(await uidsOf('unseen'), before.uids, 'no namespace is lost');
    await kubectlOk(['delete', 'workloaddeployment', 'unseen-guest', '-n', tenant.namespace, '--wait=false']);
    const owner = () =>
      getIfPresent(client, workloadDeployments, { namespace: tenant.namespace, name: 'unseen-owner' });
    await eventually('the owner is released after the guest', async () => (await owner()) === undefined, slowly);
  });

  const spokeNamespace = (suffix: string) => `${tenant.namespace}-${suffix}`;

  /** All watches of the webhook, also those that it opens later. */
  async function freezeWebhook(): Promise<void> {
    const isOfDeployments = ({ path }: ProxiedRequest) => path.endsWith('/workloaddeployments');
    await eventually('the watch is open', () => Promise.resolve(proxies.webhook.freezeWatches(isOfDeployments) > 0));
    proxies.webhook.freezeWatchesUntilThaw(() => true);
  }

  /** Closes the frozen watches, so that they are opened again. */
  function thaw(): void {
    for (const proxy of Object.values(proxies)) proxy.thaw();
  }

  function inNamespace(name: string, suffix: string, environmentRef: string): WorkloadDeployment {
    return deployment(tenant.namespace, { name, environmentRef, spokeNamespace: spokeNamespace(suffix) });
  }

  async function deploy(name: string, suffix: string, environmentRef: string): Promise<void> {
    const made = await tenant.apply(manifest(inNamespace(name, suffix, environmentRef)));
    assert.equal(made.code, 0, made.stderr);
    await waitUntilApplied(name);
  }

  /** Creates a guest as an administrator, who may acknowledge the conflict. */
  async function deployAcknowledged(name: string, suffix: string): Promise<void> {
    const { metadata, ...rest } = inNamespace(name, suffix, 'guest');
    const annotations = { [acknowledgeAnnotation]: code };
    const made = await apply(manifest({ ...rest, metadata: { ...metadata, annotations } }));
    assert.equal(made.code, 0, made.stderr);
  }

  async function refusesGuest(suffix: string): Promise<boolean> {
    const guest = manifest(inNamespace('refused', suffix, 'guest'));
    return (await tenant.apply(guest, '--dry-run=server')).stderr.includes(code);
  }

  async function condition(name: string, type: string): Promise<string | undefined> {
    const key = { namespace: tenant.namespace, name };
    return conditionOf((await client.get<WorkloadDeployment>(workloadDeployments, key)).status, type);
  }

  function waitUntilApplied(name: string): Promise<WorkloadDeployment> {
    const key = { namespace: tenant.namespace, name };
    return eventually(
      `${name} is applied`,
      async () => {
        const found = await client.get<WorkloadDeployment>(workloadDeployments, key);
        return conditionOf(found.status, 'Applied') === 'True Applied' && found;
      },
      slowly,
    );
  }

  const applied = (name: string) => condition(name, 'Applied');

  /** The uids of a namespace on the clusters. */
  async function uidsOf(suffix: string): Promise<(string | undefined)[]> {
    const uids = clusters.map(async (cluster) => {
      const spoke = createHubClient(hub.spokes[cluster] ?? '');
      const found = await getIfPresent(spoke, namespaces, { name: spokeNamespace(suffix) });
      return found?.metadata.deletionTimestamp === undefined ? found?.metadata.uid : undefined;
    });
    return Promise.all(uids);
  }

  /** What is applied of a deployment. */
  async function replicaSetsOf(name: string): Promise<string[]> {
    const { items } = await client.list(manifestWorkReplicaSets);
    return items
      .filter(({ metadata }) => metadata.annotations?.[deploymentAnnotation] === `${tenant.namespace}/${name}`)
      .map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.deletionTimestamp ?? ''}`);
  }
});
