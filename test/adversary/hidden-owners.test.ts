import assert from 'node:assert/strict';
import { kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

describe('answers about a spoke namespace that a hidden deployment owns too', function () {
  this.timeout(180_000);
  let tenant: TenantUser;
  let other: TenantUser;
  let shared: string;

  before(async () => {
    [tenant, other] = [await createTenant('hidden'), await createTenant('hidden-other')];
    shared = `shared-${tenant.namespace}`;
    for (const { namespace } of [tenant, other]) {
      const listed = `spectrocloud.com/spoke-namespaces=${shared}`;
      await kubectlOk(['annotate', '--overwrite', 'namespace', namespace, listed]);
    }
  });

  after(async () => {
    for (const { namespace } of [other, tenant]) await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(shared);
  });

  /** Everywhere, so that both are on the same clusters. */
  const everywhere = (namespace: string) => environment(namespace, { placement: {} });
  const applyOwner = async (owner: TenantUser, name: string) => {
    const { namespace } = owner;
    const own = deployment(namespace, { name, spokeNamespace: shared });
    const workload = { ...own.spec.workload, name };
    const objects = [everywhere(namespace), profile(namespace), { ...own, spec: { ...own.spec, workload } }];
    const { code, stderr } = await owner.apply(manifest(...objects));
    assert.equal(code, 0, stderr);
    await waitUntilApplied(namespace, name);
  };
  /** The answers to dry runs of a deletion, of a move to another spoke namespace, and of a change of the placement. */
  const answers = async () => {
    const deletion = await tenant.kubectl(['delete', 'workloaddeployment', 'mine', '--dry-run=server']);
    const own = deployment(tenant.namespace, { name: 'mine', spokeNamespace: tenant.namespace });
    const workload = { ...own.spec.workload, name: 'mine' };
    await kubectlOk([
      'annotate',
      '--overwrite',
      'namespace',
      tenant.namespace,
      `spectrocloud.com/spoke-namespaces=${shared},${tenant.namespace}`,
    ]);
    const moved = await tenant.apply(manifest({ ...own, spec: { ...own.spec, workload } }), '--dry-run=server');
    const placement = { predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { a: 'b' } } } }] };
    const placed = await tenant.apply(manifest(environment(tenant.namespace, { placement })), '--dry-run=server');
    return [deletion, moved, placed].map(({ code, stderr }) => ({ code, stderr }));
  };

  it('are the same as without it', async () => {
    await applyOwner(tenant, 'mine');
    const alone = await answers();
    await applyOwner(other, 'theirs');
    assert.deepEqual(await answers(), alone);
    const [deletion, moved, placed] = alone;
    assert.match(
      deletion?.stderr ?? '',
      /is deleted with everything in it.*, unless a WorkloadDeployment that you may not see owns/,
    );
    assert.equal(moved?.code, 1);
    assert.match(
      moved?.stderr ?? '',
      /would be deleted with everything in it, unless a WorkloadDeployment that you may not/,
    );
    assert.match(placed?.stderr ?? '', /WorkloadsWouldMove/);
    assert.doesNotMatch(JSON.stringify(await answers()), new RegExp(other.namespace));
  });

  it('name the clusters where it stays to an administrator', async () => {
    const target = ['delete', 'workloaddeployment', 'mine', '-n', tenant.namespace, '--dry-run=server'];
    assert.match((await kubectl(target)).stderr, /stays: another deployment owns it too/);
  });
});
