import assert from 'node:assert/strict';
import { customTopology } from '../support/custom-topology.ts';
import { createNamespace, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { sumOfSeries } from '../support/role-metrics.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const deployments = Array.from({ length: 12 }, (_, index) => `web-${index}`);
const edits = 4;

describe('edits of one tenant', function () {
  this.timeout(120_000);
  let tenant: TenantUser;
  let victim: string;

  before(async function () {
    this.timeout(300_000);
    tenant = await createTenant('events');
    victim = await createNamespace('events-victim');
    await kubectlOk([
      'create',
      'role',
      'policies',
      '-n',
      tenant.namespace,
      '--verb=create,get,patch,delete',
      '--resource=policydefinitions.spectrocloud.com',
    ]);
    await kubectlOk([
      'create',
      'rolebinding',
      'policies',
      '-n',
      tenant.namespace,
      '--role=policies',
      `--user=${tenant.user}`,
    ]);
    const objects = [environment(victim), profile(victim), ...deployments.map((name) => deployment(victim, { name }))];
    await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
    for (const name of deployments) await waitUntilApplied(victim, name);
  });

  after(async () => {
    await kubectlOk(['delete', 'policydefinition', '--all', '-n', tenant.namespace]);
    for (const namespace of [tenant.namespace, victim]) await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(victim);
  });

  /** How often deployments and definitions are reconciled during some work and shortly after it. */
  async function reconcilesDuring(work: () => Promise<void>) {
    const count = async () => ({
      deployments: await sumOfSeries('controller', 'mooring_reconcile_total', { loop: 'deployments' }),
      definitions: await sumOfSeries('controller', 'mooring_reconcile_total', { loop: 'definitions' }),
    });
    await settled(count);
    const before = await count();
    await work();
    await settled(count);
    const after = await count();
    return {
      deployments: after.deployments - before.deployments,
      definitions: after.definitions - before.definitions,
    };
  }

  it('of a PolicyDefinition with the name of a built-in topology reconcile nothing of others', async () => {
    const object = customTopology('topology-ocm', 'parameter: {...}\noutput: {}');
    const own = { ...object, metadata: { ...object.metadata, namespace: tenant.namespace } };
    const created = await tenant.apply(manifest(own));
    assert.equal(created.code, 0, created.stderr);
    assert.match(created.stderr, /Warning: .*a PolicyDefinition has an effect only in namespace mural-system/);
    const reconciles = await reconcilesDuring(async () => {
      for (let edit = 0; edit < edits; edit += 1) {
        await tenant.kubectlOk(['label', '--overwrite', 'policydefinition', 'topology-ocm', `edit=${edit}`]);
      }
    });
    assert.ok(reconciles.deployments < deployments.length, `${reconciles.deployments} reconciles of deployments`);
    // Each edit causes some reconciles of the PolicyDefinition: for the edit, for the revision and for the status.
    assert.ok(reconciles.definitions <= edits * 4, `${reconciles.definitions} reconciles of definitions`);
  });

  it('of an Environment do not reconcile the deployments of its namesakes', async () => {
    await tenant.kubectlOk(['apply', '-f', '-'], manifest(environment(tenant.namespace)));
    const reconciles = await reconcilesDuring(async () => {
      for (let edit = 0; edit < edits; edit += 1) {
        await tenant.kubectlOk(['label', '--overwrite', 'environment', 'primary', `edit=${edit}`]);
      }
    });
    assert.ok(reconciles.deployments < deployments.length, `${reconciles.deployments} reconciles of deployments`);
  });

  it('of a profile do not reconcile the deployments of its namesakes', async () => {
    await tenant.kubectlOk(['apply', '-f', '-'], manifest(profile(tenant.namespace)));
    const reconciles = await reconcilesDuring(async () => {
      for (let edit = 0; edit < edits; edit += 1) {
        await tenant.kubectlOk(['label', '--overwrite', 'workloadprofile', 'web', `edit=${edit}`]);
      }
    });
    assert.ok(reconciles.deployments < deployments.length, `${reconciles.deployments} reconciles of deployments`);
  });
});

/** Waits until a count is the same for two seconds. */
async function settled(count: () => Promise<unknown>): Promise<void> {
  let last = '';
  for (let tries = 0; tries < 30; tries += 1) {
    const next = JSON.stringify(await count());
    if (next === last) return;
    last = next;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
