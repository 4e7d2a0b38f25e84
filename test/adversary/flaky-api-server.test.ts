import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { locateCertificateFiles, readPem } from '../../deploy/local/hub/files/certificates.ts';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { workloadDeployments } from '../../src/api/kinds.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { FaultyProxy, refusal } from '../support/faulty-proxy.ts';
import { restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses, startExtraRole, type ExtraRole } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const faultMs = 8000;

describe('an API server that answers writes with 500 for some seconds', function () {
  this.timeout(180_000);
  let hub: Hub;
  let client: Client;
  let proxy: FaultyProxy;
  let tenant: TenantUser;
  let controller: ExtraRole | undefined;

  before(async function () {
    this.timeout(300_000);
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    tenant = await createTenant('flaky');
    proxy = await new FaultyProxy(
      `https://127.0.0.1:${portOf(hub.state, 'hub-apiserver')}`,
      await readPem(locateCertificateFiles(hub.files.certificates('hub')).authority),
    ).start();
    const { namespace } = tenant;
    const made = await tenant.apply(manifest(environment(namespace), profile(namespace), deployment(namespace)));
    assert.equal(made.code, 0, made.stderr);
    await waitUntilApplied(namespace);
    await endProcesses(hub, ['controller'], 'SIGTERM');
    controller = await startExtraRole(hub, 'controller', {
      kubeconfig: await proxy.kubeconfig(hub.files.kubeconfig('controller')),
    });
  });

  after(async function () {
    this.timeout(300_000);
    proxy.passAll();
    await controller?.end();
    await proxy.stop();
    await restoreHub();
    await deleteTestObjects(tenant.namespace);
  });

  it('makes no deployment report that the hub refuses it, and the edit is applied when it has recovered', async () => {
    const key = { namespace: tenant.namespace, name: 'web' };
    const stored = () => client.get<WorkloadDeployment>(workloadDeployments, key);
    proxy.intercept(
      ({ method, path }) => method !== 'GET' && /\/(placements|manifestworkreplicasets)(\/|$)/.test(path),
      refusal(500, 'InternalError'),
    );
    const edited = await tenant.apply(manifest(environment(tenant.namespace, { labels: { edition: '2' } })));
    assert.equal(edited.code, 0, edited.stderr);
    for (const end = performance.now() + faultMs; performance.now() < end; await sleep(300)) {
      const { status } = await stored();
      assert.notEqual(conditionOf(status, 'Applied'), 'False RefusedByHub');
      assert.equal(status?.environment?.revision, 1, 'the status names what is applied');
    }
    proxy.passAll();
    const { status } = await waitUntilApplied(tenant.namespace, 'web', 2);
    assert.equal(status?.selectedClusters?.length, 1);
  });
});
