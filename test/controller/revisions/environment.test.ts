import assert from 'node:assert/strict';
import type { EnvironmentStatus } from '../../../src/api/environment.ts';
import { environments } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { placements } from '../../../src/api/ocm.ts';
import { createEnvironmentReconcile } from '../../../src/controller/revisions/environment.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { controllerScene } from '../../support/controller-scene.ts';
import { stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';
import { aPlacement } from '../../support/placements.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

const key = { namespace: 'team', name: 'primary' };
type Stored = Definition & { status?: EnvironmentStatus };

async function scene(object: KubeObject, ...onHub: KubeObject[]) {
  const parts = await controllerScene([
    [environments, object],
    ...onHub.map((placement): [typeof placements, KubeObject] => [placements, placement]),
  ]);
  const keeper = createEnvironmentReconcile(parts.shared);
  const stored = () => parts.client.get<Stored>(environments, key);
  const keep = async () => {
    const result = await keeper.keep(await stored(), new AbortController().signal);
    await parts.caughtUp();
    return result;
  };
  const rendered = async () => (await stored()).status?.conditions?.find(({ type }) => type === 'Rendered');
  const reviews = async () =>
    (await parts.client.list(placements)).items.filter(
      ({ metadata }) => metadata.annotations?.['spectrocloud.com/review'] === 'true',
    );
  return { ...parts, keeper, keep, stored, rendered, reviews };
}

const primary = stampedAs({ ...environment('team') }, 1);
const judged = aPlacement({ name: 'web', from: 'team/primary@v1', reason: 'AllDecisionsScheduled' });

describe('what the controller does for an Environment', () => {
  let running: Awaited<ReturnType<typeof scene>>;
  const start = async (object: KubeObject, ...onHub: KubeObject[]) => void (running = await scene(object, ...onHub));
  afterEach(() => running.stop());

  it('keeps a review Placement while nothing else can be judged, and no works', async () => {
    await start(primary);
    await running.keep();
    assert.equal((await running.reviews()).length, 1);
    assert.equal((await running.rendered())?.status, 'True');
    assert.ok(running.writes().every((write) => !write.includes('manifestworkreplicasets')));
  });

  it('writes nothing the second time', async () => {
    await start(primary);
    await running.keep();
    running.writes();
    await running.keep();
    assert.deepEqual(running.writes(), []);
  });

  it('needs no review once the Placement of a deployment is judged', async () => {
    await start(primary, judged);
    await running.keep();
    assert.equal((await running.reviews()).length, 0);
  });

  it('needs one as long as that Placement is of an older revision', async () => {
    await start(stampedAs({ ...environment('team') }, 2), judged);
    await running.keep();
    assert.equal((await running.reviews()).length, 1);
  });

  it('names the Placements that it does not own, and reviews none of its own then', async () => {
    await start(primary);
    const set = {
      apiVersion: 'work.open-cluster-management.io/v1alpha1',
      kind: 'ManifestWorkReplicaSet',
      metadata: { name: 'w' },
    };
    running.renderAs({
      ok: true,
      objects: [{ ...set, spec: { placementRefs: [{ name: 'gpu' }], manifestWorkTemplate: {} } }],
    });
    await running.keep();
    assert.deepEqual((await running.stored()).status?.placementRefs, [{ namespace: 'hub', name: 'gpu' }]);
    assert.equal((await running.reviews()).length, 0);
  });

  it('says why a topology does not render, and leaves the review as it is', async () => {
    await start(primary);
    await running.keep();
    running.renderAs({ ok: false, reason: 'InvalidParameter', violations: [{ path: ['placement'], message: 'no' }] });
    await running.keep();
    assert.deepEqual(
      [(await running.rendered())?.status, (await running.rendered())?.reason, (await running.reviews()).length],
      ['False', 'InvalidParameter', 1],
    );
  });

  it('says that there is no such topology', async () => {
    await start(stampedAs(environment('team', { topology: { type: 'mine' } }), 1));
    await running.keep();
    assert.equal((await running.rendered())?.reason, 'UnknownTopology');
  });

  it('says that the hub namespace is missing, and tries again by itself', async () => {
    await start(primary);
    running.client.failNext(
      'apply',
      new ApiError('no', { code: 404, reason: 'NotFound', body: { details: { kind: 'namespaces' } } }),
    );
    assert.ok((await running.keep()) !== undefined);
    assert.equal((await running.rendered())?.reason, 'HubNamespaceNotFound');
  });

  it('takes the reviews away with the Environment', async () => {
    await start(primary);
    await running.keep();
    await running.keeper.release(await running.stored());
    assert.equal((await running.reviews()).length, 0);
  });

  it('takes away a review that the cache has not seen, and nothing else', async () => {
    await start(primary, judged);
    await running.client.delete(placements, { namespace: 'hub', name: 'web' });
    await running.caughtUp();
    // The caches stand still from here on.
    await running.stop();
    await running.client.create(placements, judged);
    await running.keeper.keep(await running.stored(), new AbortController().signal);
    assert.equal((await running.reviews()).length, 1);
    await running.keeper.release(await running.stored());
    const left = (await running.client.list(placements)).items.map(({ metadata }) => metadata.name);
    assert.deepEqual(left, ['web']);
  });
});
