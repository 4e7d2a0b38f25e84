import assert from 'node:assert/strict';
import { customResourceDefinitions } from '../../../src/api/crd.ts';
import { environments } from '../../../src/api/kinds.ts';
import { placements } from '../../../src/api/ocm.ts';
import { deleteOrphanedProbes } from '../../../src/controller/orphans/probes.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { forbidden, namespaceNamed, withHubRights } from '../../support/hub-rights.ts';
import { aPlacement, anEnvironment } from '../../support/placements.ts';

const from = 'team/prod@v1';
const probe = aPlacement({ name: 'probe', from, probe: true });

describe('probe Placements of an Environment that does not exist', () => {
  let scene: ControllerScene;
  beforeEach(async () => {
    scene = await controllerScene([
      namespaceNamed('hub'),
      [placements, probe],
      [placements, aPlacement({ name: 'of-a-deployment', from })],
    ]);
  });
  afterEach(() => scene.stop());

  async function reconcile() {
    const result = await deleteOrphanedProbes({ namespace: 'team', name: 'prod' }, scene.shared);
    await scene.caughtUp();
    return result;
  }
  const left = async () => (await scene.client.list(placements)).items.map(({ metadata }) => metadata.name);

  it('are deleted, and objects of deployments are not', async () => {
    await reconcile();
    assert.deepEqual(await left(), ['of-a-deployment']);
    assert.deepEqual(scene.orphansDeleted, { Placement: 1 });
    assert.equal(await reconcile(), undefined);
  });

  it('stay if the API server knows the Environment, or does not answer', async () => {
    await scene.client.create(environments, anEnvironment());
    assert.equal(await reconcile(), undefined);
    const error = new ApiError('Not Found', { code: 404, reason: '' });
    scene.client.get = () => Promise.reject(error);
    await assert.rejects(reconcile(), error);
    assert.equal((await left()).length, 2);
  });

  for (const key of ['installation', 'environment-uid']) {
    it(`stay without the annotation ${key} of this installation`, async () => {
      const annotations = { [`spectrocloud.com/${key}`]: null };
      await scene.client.patch(placements, { namespace: 'hub', name: 'probe' }, { metadata: { annotations } });
      await scene.caughtUp();
      assert.equal(await reconcile(), undefined);
      assert.equal((await left()).length, 2);
    });
  }

  it('stay while the kinds are being removed', async () => {
    const name = 'workloaddeployments.spectrocloud.com';
    await scene.client.patch(customResourceDefinitions, { name }, { metadata: { finalizers: ['cleanup'] } });
    await scene.client.delete(customResourceDefinitions, { name });
    assert.ok(await reconcile());
    assert.equal((await left()).length, 2);
  });

  it('stay in a hub namespace that is not open, and an Event says so', async () => {
    withHubRights(scene.client, ['delete hub']);
    scene.client.failNext('delete', forbidden());
    assert.ok(await reconcile());
    assert.equal((await left()).length, 2);
    const [event] = scene.client.writes.filter(({ resource }) => resource === 'events');
    assert.match(JSON.stringify(event?.body), /"OrphanHeld".*HubNamespaceNotOpen/);
  });
});
