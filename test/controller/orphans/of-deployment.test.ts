import assert from 'node:assert/strict';
import { customResourceDefinitions } from '../../../src/api/crd.ts';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../../src/api/ocm.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { forbidden, namespaceNamed, withHubRights } from '../../support/hub-rights.ts';
import { guest, owned } from '../../support/lifecycle-topology.ts';

const key = { namespace: 'team', name: 'web' };
const crd = { name: 'workloaddeployments.spectrocloud.com' };
const events: Resource = { group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };
const specs = {
  primary: environmentSpec({ lifecycle: owned }),
  guest: environmentSpec({ lifecycle: guest }),
};

describe('objects of a deployment that does not exist', () => {
  let scene: DeploymentsScene;
  afterEach(() => scene.stop());

  /** A deployment is applied. Then somebody removes its finalizer and deletes it. */
  async function stripped(options: Parameters<typeof deploymentsScene>[2] = {}, ...others: [string, string][]) {
    const made = others.map(([name, environmentRef], index) =>
      finalizedDeployment({ name, environmentRef, second: index + 1 }),
    );
    scene = await deploymentsScene(specs, [finalizedDeployment(), ...made], options);
    for (const name of ['web', ...others.map(([other]) => other)]) {
      await scene.reconcile(name);
      await scene.ocm(['a', 'b'], { of: name });
      await scene.reconcile(name);
    }
    await scene.client.patch(workloadDeployments, key, { metadata: { finalizers: null } });
    await scene.client.delete(workloadDeployments, key);
    await scene.caughtUp();
    scene.hubWrites();
  }
  const left = async () => {
    const listed = await Promise.all(
      [manifestWorkReplicaSets, placements].map((resource) => scene.client.list(resource)),
    );
    return listed.flatMap(({ items }) => items.map(({ kind }) => kind));
  };
  const recorded = async () => {
    const { items } = await scene.client.list<KubeObject & { reason: string; note: string }>(events);
    return items.map(({ reason, note }) => `${reason}: ${note}`);
  };
  /** Changes the annotations of all objects on the hub. */
  async function annotate(annotations: Record<string, string | null>): Promise<void> {
    for (const resource of [manifestWorkReplicaSets, placements]) {
      for (const { metadata } of (await scene.client.list(resource)).items) {
        const { namespace, name } = metadata;
        await scene.client.patch(resource, { namespace, name }, { metadata: { annotations } });
      }
    }
    scene.hubWrites();
  }

  it('are deleted: ManifestWorkReplicaSets first, then Placements; an Event and a metric tell', async () => {
    await stripped();
    assert.ok(await scene.reconcile());
    assert.deepEqual(scene.hubWrites(), ['delete manifestworkreplicasets']);
    assert.ok(await scene.reconcile());
    assert.deepEqual(scene.hubWrites(), ['delete placements']);
    assert.equal(await scene.reconcile(), undefined);
    assert.deepEqual(await left(), []);
    const note = 'it was deleted, because WorkloadDeployment team/web does not exist';
    assert.deepEqual(await recorded(), [`OrphanDeleted: ${note}`, `OrphanDeleted: ${note}`]);
    assert.deepEqual(scene.orphansDeleted, { ManifestWorkReplicaSet: 1, Placement: 1 });
  });

  it('stay if the API server knows the deployment, although the cache lacks it', async () => {
    await stripped();
    const get = scene.client.get.bind(scene.client);
    scene.client.get = async (resource, of, options) =>
      resource === workloadDeployments ? (finalizedDeployment() as never) : get(resource, of, options);
    assert.equal(await scene.reconcile(), undefined);
    assert.deepEqual(scene.hubWrites(), []);
  });

  const unknown = [
    new ApiError('Not Found', { code: 404, reason: '' }),
    new ApiError('timeout', { code: 504, reason: 'Timeout' }),
    new Error('socket hang up'),
  ];
  for (const error of unknown) {
    it(`stay if nobody knows whether the deployment exists: ${error.message}`, async () => {
      await stripped();
      const get = scene.client.get.bind(scene.client);
      scene.client.get = async (resource, of, options) => {
        if (resource === workloadDeployments) throw error;
        return get(resource, of, options);
      };
      await assert.rejects(scene.reconcile(), error);
      assert.deepEqual(scene.hubWrites(), []);
    });
  }

  const notOurs: [why: string, annotations: Record<string, string | null>][] = [
    ['another installation has applied them', { 'spectrocloud.com/installation': 'another' }],
    ['no installation is named', { 'spectrocloud.com/installation': null }],
    ['no uid is named', { 'spectrocloud.com/deployment-uid': null }],
  ];
  for (const [why, annotations] of notOurs) {
    it(`stay if ${why}`, async () => {
      await stripped();
      await annotate(annotations);
      assert.equal(await scene.reconcile(), undefined);
      assert.deepEqual([scene.hubWrites(), (await left()).length], [[], 2]);
    });
  }

  it('stay while the CustomResourceDefinition is being deleted, and an Event says why', async () => {
    await stripped();
    await scene.client.patch(customResourceDefinitions, crd, { metadata: { finalizers: ['cleanup'] } });
    await scene.client.delete(customResourceDefinitions, crd);
    for (let round = 0; round < 2; round += 1) assert.ok(await scene.reconcile());
    assert.deepEqual(scene.hubWrites(), []);
    const [held, ...more] = await recorded();
    assert.match(held ?? '', /^OrphanHeld: WorkloadDeployment team\/web does not exist, .* UninstallNotConfirmed: /);
    assert.deepEqual(more, [], 'it is reported once');
  });

  it('stay if the CustomResourceDefinition was installed again', async () => {
    await stripped();
    await scene.client.delete(customResourceDefinitions, crd);
    await assert.rejects(scene.reconcile(), /not found/);
    const again = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: crd };
    await scene.client.create(customResourceDefinitions, again);
    assert.ok(await scene.reconcile());
    assert.deepEqual(scene.hubWrites(), []);
    assert.match((await recorded()).join('\n'), /OrphanHeld: .* was installed again; .* restart the controller/);
  });

  it('stay while another deployment would lose its namespace with them', async () => {
    const severities: Record<string, 'warn'> = { NamespaceLifecycleConflict: 'warn' };
    await stripped({ severities }, ['api', 'guest']);
    delete severities['NamespaceLifecycleConflict'];
    assert.ok(await scene.reconcile());
    assert.deepEqual(scene.hubWrites(), []);
    assert.match((await recorded()).join('\n'), /OrphanHeld: .*NamespaceLifecycleConflict: Namespace shop on a, b/);
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    for (let round = 0; round < 4; round += 1) {
      await scene.reconcile('api');
      await scene.reconcile();
    }
    assert.deepEqual(await left(), []);
  });

  it('do not wait for a deployment that owns the namespace too', async () => {
    await stripped({}, ['api', 'primary']);
    assert.ok(await scene.reconcile());
    assert.equal((await scene.replicaSets()).length, 1, 'the namespace has another owner');
    assert.equal(await scene.reason('api'), 'Applied');
  });

  it('stay if they have changed since they were judged', async () => {
    await stripped();
    const remove = scene.client.delete.bind(scene.client);
    scene.client.delete = async (resource, of, options) => {
      await scene.client.patch(resource, of, { metadata: { labels: { wanted: 'again' } } });
      return remove(resource, of, options);
    };
    await assert.rejects(scene.reconcile(), /resourceVersion differs/);
    assert.equal((await left()).length, 2);
  });

  it('are not deleted in a hub namespace that is not open, and an Event says so', async () => {
    await stripped();
    const [set] = await scene.replicaSets();
    const namespace = set?.metadata.namespace ?? '';
    const [resource, object] = namespaceNamed(namespace);
    await scene.client.create(resource, object);
    withHubRights(scene.client, [`delete ${namespace}`]);
    scene.client.failNext('delete', forbidden());
    assert.ok(await scene.reconcile());
    assert.match((await recorded()).join('\n'), /OrphanHeld: .*HubNamespaceNotOpen/);
    assert.equal((await left()).length, 2);
  });

  it('keep a Placement that a ManifestWorkReplicaSet of another installation needs', async () => {
    await stripped();
    for (const { metadata } of await scene.replicaSets()) {
      const annotations = { 'spectrocloud.com/installation': 'another' };
      const { namespace, name } = metadata;
      await scene.client.patch(manifestWorkReplicaSets, { namespace, name }, { metadata: { annotations } });
    }
    scene.hubWrites();
    assert.ok(await scene.reconcile());
    assert.deepEqual(scene.hubWrites(), []);
    assert.match((await recorded()).join('\n'), /OrphanHeld: .* OCM needs its Placement/);
  });

  it('belong to a new deployment of the same name', async () => {
    await stripped();
    const { metadata, ...again } = finalizedDeployment();
    await scene.client.create(workloadDeployments, { ...again, metadata: { ...metadata, uid: 'again' } });
    await scene.reconcile();
    assert.ok(scene.hubWrites().every((write) => write.startsWith('apply')));
    assert.equal((await left()).length, 2);
    for (const {
      metadata: { annotations },
    } of await scene.replicaSets()) {
      assert.equal(annotations?.['spectrocloud.com/deployment-uid'], 'again');
    }
  });
});
