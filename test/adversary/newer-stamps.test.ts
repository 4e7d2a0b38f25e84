import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { environments } from '../../src/api/kinds.ts';
import { webhookConfigurationName } from '../../src/api/names.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import { eventually, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { manifest, ocmEnvironment } from '../support/sample-objects.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';
import { sumOfSeries } from '../support/role-metrics.ts';

const hash = `h2:${'0'.repeat(64)}`;
const quietMs = 5000;

describe('an object that a newer version of mooring has stamped, during an upgrade', function () {
  this.timeout(120_000);
  let tenant: TenantUser;
  let client: Client;

  const key = () => ({ namespace: tenant.namespace, name: 'primary' });
  const stored = () => client.get<Environment>(environments, key());
  const revisions = async () =>
    (await kubectlOk(['get', 'definitionrevisions', '-n', tenant.namespace, '-o', 'name'])).trim().split('\n');

  before(async () => {
    tenant = await createTenant('newer');
    client = createHubClient((await sharedHub()).kubeconfig);
    const made = await tenant.apply(manifest([ocmEnvironment({ ...key() })]));
    assert.equal(made.code, 0, made.stderr);
    await eventually('it is recorded', async () => (await stored()).status?.revision === 1);
    for (const kind of webhookConfigurations) await client.delete(kind, { name: webhookConfigurationName });
    await eventually('admission is not called', async () => {
      const probe = ocmEnvironment({ ...key(), name: 'probe' });
      const admitted = await client.create<KubeObject>(environments, probe, { dryRun: true });
      return admitted.metadata.annotations?.['spectrocloud.com/revision'] === undefined;
    });
    await client.patch(environments, key(), { metadata: { annotations: { 'spectrocloud.com/revision-hash': hash } } });
    await restoreHub();
  });

  after(() => deleteTestObjects(tenant.namespace));

  it('is left alone: nothing is recorded, no stamp changes, and the controller does not try again and again', async () => {
    const before = await stored();
    const reconciles = () => sumOfSeries('controller', 'mooring_reconcile_total', { loop: 'definitions' });
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    const count = await reconciles();
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    assert.ok((await reconciles()) - count < quietMs / 1000, 'fewer than one reconcile in a second');
    assert.deepEqual((await stored()).metadata.annotations, before.metadata.annotations);
    assert.deepEqual(await revisions(), ['definitionrevision.spectrocloud.com/environment.primary.v1']);
  });

  it('keeps its stamp in an update that does not change its content', async () => {
    const same = await tenant.kubectl(['annotate', 'environment', 'primary', 'spectrocloud.com/acknowledge-']);
    assert.equal(same.code, 0, same.stderr);
    assert.equal((await stored()).metadata.annotations?.['spectrocloud.com/revision-hash'], hash);
  });

  it('is not edited until the upgrade is complete, and the denial says why', async () => {
    const { code, stderr } = await tenant.kubectl(['annotate', 'environment', 'primary', 'edit=2', '--overwrite']);
    assert.notEqual(code, 0);
    assert.match(stderr, /newer version of mooring/);
    assert.deepEqual(await revisions(), ['definitionrevision.spectrocloud.com/environment.primary.v1']);
  });
});
