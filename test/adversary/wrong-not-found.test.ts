import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPem, locateCertificateFiles } from '../../deploy/local/hub/files/certificates.ts';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { roles, webhookConfigurationName } from '../../src/api/names.ts';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { deploymentAnnotation } from '../../src/domain/annotations.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { getIfPresent } from '../../src/kube/client/get-if-present.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import { webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import { FaultyProxy, htmlNotFound, refusal, type Fault, type ProxiedRequest } from '../support/faulty-proxy.ts';
import { eventually, kubectlOk, restoreHub, run, sharedHub } from '../support/hub.ts';
import { endProcesses, startExtraRole, type ExtraRole } from '../support/hub-processes.ts';
import { byop, deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteTestObjects, waitForReadiness, waitUntilApplied } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const faultMs = 10_000;
const afterFault = { withinMs: 60_000 };

/** Reads of the kinds of OCM, but not of the discovery. */
function readsOcm({ method, path }: ProxiedRequest): boolean {
  return method === 'GET' && /\/(placements|placementdecisions|manifestworks|manifestworkreplicasets)(\/|$)/.test(path);
}

describe('a 404 from something between mooring and the API server', function () {
  this.timeout(180_000);
  let hub: Hub;
  let client: Client;
  let spoke: Client;
  let proxy: FaultyProxy;
  /** Of the webhook alone. */
  let webhookProxy: FaultyProxy;
  let tenant: TenantUser;
  let spares: ExtraRole[] = [];
  let placement: string;

  before(async function () {
    this.timeout(300_000);
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    spoke = createHubClient(hub.spokes['spoke1'] ?? '');
    tenant = await createTenant('notfound');
    placement = tenant.namespace;
    const authority = await readPem(locateCertificateFiles(hub.files.certificates('hub')).authority);
    const start = () => new FaultyProxy(`https://127.0.0.1:${portOf(hub.state, 'hub-apiserver')}`, authority).start();
    proxy = await start();
    webhookProxy = await start();
    const made = await tenant.apply(
      manifest(
        profile(tenant.namespace),
        environment(tenant.namespace),
        environment(tenant.namespace, { name: 'borrowed', topology: byop('managed-cluster-set-global', placement) }),
      ),
    );
    assert.equal(made.code, 0, made.stderr);
    await client.create(placements, {
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: { namespace: 'managed-cluster-set-global', name: placement },
      spec: { numberOfClusters: 1, clusterSets: ['global'] },
    });
    await deploy('web', 'deleted');
    await deploy('held', 'held');
    await waitForReadiness('Ready', tenant.namespace, 'borrowed');
    await endProcesses(hub, roles, 'SIGTERM');
    spares = await Promise.all(
      roles.map(async (role) =>
        startExtraRole(hub, role, {
          kubeconfig: await (role === 'webhook' ? webhookProxy : proxy).kubeconfig(hub.files.kubeconfig(role)),
        }),
      ),
    );
  });

  after(async function () {
    this.timeout(300_000);
    proxy.passAll();
    webhookProxy.passAll();
    await Promise.all(spares.map((spare) => spare.end()));
    await proxy.stop();
    await webhookProxy.stop();
    await restoreHub();
    await client.delete(placements, { namespace: 'managed-cluster-set-global', name: placement });
    await deleteTestObjects(tenant.namespace);
  });

  it('does not make the webhook admit the deletion of what is in use', async () => {
    const protection = 'spectrocloud.com/deletion-protection';
    await tenant.kubectlOk(['annotate', 'environment', 'primary', `${protection}=true`]);
    const kind = (path: string) => /\/workloaddeployments(\/|$)/.test(path);
    const faults: [what: string, fault: Fault, of: (request: ProxiedRequest) => boolean][] = [
      ['an HTML page', htmlNotFound, ({ method, path }) => method === 'GET' && kind(path)],
      [
        'a Status',
        refusal(404, 'NotFound'),
        ({ method, path }) => method === 'GET' && path.endsWith('/workloaddeployments'),
      ],
    ];
    for (const [what, fault, of] of faults) {
      webhookProxy.intercept(of, fault);
      for (const end = performance.now() + faultMs; performance.now() < end; await sleep(500)) {
        const { code, stdout } = await tenant.kubectl(['delete', 'environment', 'primary', '--dry-run=server']);
        assert.notEqual(code, 0, `${what}: ${stdout}`);
      }
      webhookProxy.passAll();
      await eventually('the webhook names the user again', async () => {
        const { stderr } = await tenant.kubectl(['delete', 'environment', 'primary', '--dry-run=server']);
        return stderr.includes('is used by');
      });
    }
    await tenant.kubectlOk(['annotate', 'environment', 'primary', `${protection}-`]);
  });

  it('makes the webhook refuse a deletion, because it cannot see who shares the namespace', async () => {
    webhookProxy.intercept(readsOcm, htmlNotFound);
    const deletion = ['delete', 'workloaddeployment', 'web', '--dry-run=server'];
    const { code, stderr } = await tenant.kubectl(deletion);
    assert.notEqual(code, 0);
    assert.match(stderr, /could not read from the API server what this decision depends on, try again/);
    webhookProxy.passAll();
    await tenant.kubectlOk(deletion);
  });

  it('does not change what is applied or reported, and releases nothing', async () => {
    await blockHeld();
    const before = { held: await replicaSetsOf('held'), web: await replicaSetsOf('web') };
    const uid = await uidOnSpoke('held');
    const events = await notReadyEvents();
    proxy.intercept(readsOcm, htmlNotFound);
    await tenant.kubectlOk(['delete', 'workloaddeployment', 'web', '--wait=false']);
    const changes = { metadata: { annotations: { 'example.com/edit': '1' } } };
    await client.patch(workloadDeployments, { namespace: tenant.namespace, name: 'held' }, changes);
    for (const end = performance.now() + faultMs; performance.now() < end; await sleep(500)) {
      const deleted = await getIfPresent(client, workloadDeployments, { namespace: tenant.namespace, name: 'web' });
      assert.ok(deleted?.metadata.finalizers?.includes('spectrocloud.com/mooring'), 'the deletion waits');
      assert.deepEqual(await readiness('borrowed'), 'Ready');
      assert.deepEqual(await readiness('primary'), 'Ready');
      assert.deepEqual(await replicaSetsOf('held'), before.held);
      assert.deepEqual(await replicaSetsOf('web'), before.web);
    }
    proxy.passAll();
    await eventually(
      'the deletion ends',
      async () => !(await getIfPresent(client, workloadDeployments, { namespace: tenant.namespace, name: 'web' })),
      afterFault,
    );
    assert.deepEqual(await replicaSetsOf('web'), [], 'no object is left behind');
    await eventually('the spoke has released it', async () => (await uidOnSpoke('deleted')) === undefined, afterFault);
    assert.equal(await heldBy(), 'False NamespaceWouldBeDeleted');
    assert.deepEqual(await replicaSetsOf('held'), before.held);
    assert.equal(await uidOnSpoke('held'), uid, 'no namespace is lost');
    assert.deepEqual(await notReadyEvents(), events);
    for (const spare of spares) assert.equal(await spare.health('readyz'), 200);
  });

  async function deploy(name: string, suffix: string): Promise<void> {
    const environmentRef = name === 'held' ? 'owner' : 'primary';
    if (name === 'held') {
      const owner = await tenant.apply(manifest(environment(tenant.namespace, { name: 'owner' })));
      assert.equal(owner.code, 0, owner.stderr);
    }
    const spokeNamespace = `${tenant.namespace}-${suffix}`;
    const made = await run(
      hub.kubectl,
      ['--kubeconfig', hub.kubeconfig, 'apply', '-f', '-'],
      manifest(deployment(tenant.namespace, { name, environmentRef, spokeNamespace })),
    );
    assert.equal(made.code, 0, made.stderr);
    await waitUntilApplied(tenant.namespace, name);
  }

  /** Edits an Environment while there is no admission, so that only the controller can hold the write. */
  async function blockHeld(): Promise<void> {
    const name = webhookConfigurationName;
    const before = await Promise.all(webhookConfigurations.map((kind) => client.get(kind, { name })));
    for (const kind of webhookConfigurations) await client.delete(kind, { name });
    const edited = environment(tenant.namespace, {
      name: 'owner',
      lifecycle: { spokeNamespace: { create: false } },
    });
    await eventually('the edit is stored without admission', async () => {
      const { spec } = edited;
      const stored = await client.patch<Environment>(
        environments,
        { namespace: tenant.namespace, name: 'owner' },
        JSON.parse(JSON.stringify({ spec })),
      );
      return JSON.stringify(stored.spec).includes('"create":false');
    });
    for (const [index, kind] of webhookConfigurations.entries()) {
      const { metadata, ...rest } = before[index] as KubeObject;
      await client.create(kind, { ...rest, metadata: { name: metadata.name, labels: metadata.labels } });
    }
    await eventually(
      'the controller holds the write',
      async () => (await heldBy()) === 'False NamespaceWouldBeDeleted',
      {
        withinMs: 60_000,
      },
    );
  }

  async function heldBy(): Promise<string | undefined> {
    const key = { namespace: tenant.namespace, name: 'held' };
    return conditionOf((await client.get<WorkloadDeployment>(workloadDeployments, key)).status, 'Applied');
  }

  async function readiness(name: string): Promise<string | undefined> {
    return (await client.get<Environment>(environments, { namespace: tenant.namespace, name })).status?.status;
  }

  async function uidOnSpoke(suffix: string): Promise<string | undefined> {
    return (await getIfPresent(spoke, namespaces, { name: `${tenant.namespace}-${suffix}` }))?.metadata.uid;
  }

  /** What is applied of a deployment: names and generations. */
  async function replicaSetsOf(name: string): Promise<string[]> {
    const { items } = await client.list(manifestWorkReplicaSets);
    return items
      .filter(({ metadata }) => metadata.annotations?.[deploymentAnnotation] === `${tenant.namespace}/${name}`)
      .map(
        ({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.generation} ${metadata.deletionTimestamp ?? ''}`,
      )
      .toSorted();
  }

  /** Of the Environments that nobody edits: the new probe of an edited one may be without contact before it has decisions. */
  async function notReadyEvents(): Promise<string[]> {
    const args = ['get', 'events', '-n', tenant.namespace, '--field-selector', 'reason=NotReady', '-o', 'name'];
    const names = (await kubectlOk(args)).trim().split('\n');
    return names.filter((name) => /^event\/(primary|borrowed)\./.test(name)).toSorted();
  }
});
