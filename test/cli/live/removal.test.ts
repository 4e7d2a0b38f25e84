import assert from 'node:assert/strict';
import { environments, workloadDeployments } from '../../../src/api/kinds.ts';
import { managedClusters, manifestWorkReplicaSets, placements } from '../../../src/api/ocm.ts';
import type { OnHub } from '../../../src/cli/live/hub-owners.ts';
import { removalOf } from '../../../src/cli/live/removal.ts';
import { namespaces } from '../../../src/kube/objects/namespaces.ts';
import { deploymentOf } from '../../../src/domain/render/render-identity.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { hubNamespace } from '../../support/hub-namespaces.ts';
import { guest, kept, owned } from '../../support/lifecycle-topology.ts';
import { environment } from '../../support/manifests.ts';

const lifecycles = { owned, kept, guest };
const specs = Object.fromEntries(
  Object.entries(lifecycles).map(([name, lifecycle]) => [name, environmentSpec({ lifecycle })]),
);

describe('what the deletion of objects without an owner does on the spokes', () => {
  let scene: DeploymentsScene;
  afterEach(() => scene.stop());

  /** `web` was applied as given and is lost; `api` exists, if it is given. */
  async function lost(web: keyof typeof lifecycles, api?: keyof typeof lifecycles) {
    const others = api === undefined ? [] : [finalizedDeployment({ name: 'api', environmentRef: api, second: 1 })];
    scene = await deploymentsScene(specs, [finalizedDeployment({ environmentRef: web }), ...others], {
      severities: { NamespaceLifecycleConflict: 'off' },
    });
    for (const name of api === undefined ? ['web'] : ['web', 'api']) {
      await scene.reconcile(name);
      await scene.ocm(['a', 'b'], { of: name });
      await scene.reconcile(name);
    }
    const key = { namespace: 'team', name: 'web' };
    await scene.client.patch(workloadDeployments, key, { metadata: { finalizers: null } });
    await scene.client.delete(workloadDeployments, key);
    const objects: OnHub[] = [];
    for (const resource of [manifestWorkReplicaSets, placements]) {
      const { items } = await scene.client.list(resource);
      objects.push(
        ...items.filter((object) => deploymentOf(object) === 'team/web').map((object) => ({ resource, object })),
      );
    }
    return removalOf(scene.client, { owner: { kind: 'WorkloadDeployment', ...key }, objects });
  }

  it('is the loss of a namespace that the deployment owned', async () => {
    const effect =
      'Workload shop/web is removed from a, b; Namespace shop is deleted with everything in it, even if it existed before';
    assert.deepEqual(await lost('owned'), { effects: [effect], denials: [] });
  });

  it('is that the namespace stays if it was kept', async () => {
    const { effects, denials } = await lost('kept');
    assert.match(effects.join('\n'), /Namespace shop stays: it is kept \(orphan: true\)$/);
    assert.deepEqual(denials, []);
  });

  it('is denied while another deployment would lose its namespace', async () => {
    const { denials } = await lost('owned', 'guest');
    assert.match(
      denials.join('\n'),
      /^Namespace shop on a, b would be deleted .* WorkloadDeployment team\/api uses it/,
    );
  });

  it('is denied on the hub itself for a namespace that contains objects of mooring', async () => {
    const { denials } = await lost('owned');
    assert.deepEqual(denials, []);
    const apiVersion = 'cluster.open-cluster-management.io/v1';
    const metadata = { name: 'a', labels: { 'local-cluster': 'true' } };
    await scene.client.create(managedClusters, { apiVersion, kind: 'ManagedCluster', metadata });
    await scene.client.create(namespaces, hubNamespace('shop'));
    const remove = async () => {
      const [object = assert.fail()] = await scene.replicaSets();
      const owner = { kind: 'WorkloadDeployment', namespace: 'team', name: 'web' } as const;
      return removalOf(scene.client, { owner, objects: [{ resource: manifestWorkReplicaSets, object }] });
    };
    assert.deepEqual((await remove()).denials, []);
    await scene.client.create(environments, environment('shop'));
    assert.match((await remove()).denials.join('\n'), /hub itself \(ManagedCluster a\) would delete Namespace shop /);
  });

  it('is not denied if the other deployment owns the namespace too', async () => {
    const { effects, denials } = await lost('owned', 'owned');
    assert.match(effects.join('\n'), /Namespace shop stays: another deployment owns it too/);
    assert.deepEqual(denials, []);
  });

  it('is not denied because of a deployment that is being deleted', async () => {
    await lost('owned', 'guest');
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    const [object] = (await scene.replicaSets()).filter((set) => deploymentOf(set) === 'team/web');
    assert.ok(object);
    const owner = { kind: 'WorkloadDeployment', namespace: 'team', name: 'web' } as const;
    const { denials } = await removalOf(scene.client, {
      owner,
      objects: [{ resource: manifestWorkReplicaSets, object }],
    });
    assert.deepEqual(denials, []);
  });
});
