import assert from 'node:assert/strict';
import { environments, policyDefinitions, workloadDeployments, workloadProfiles } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { holdOf } from '../../../src/controller/revisions/hold.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import type { RevisionedKindName } from '../../../src/api/definition-revision.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';

const primary = environment('team') as Definition;
const topology = customTopology('edge', '') as Definition;
const leaving = (object: KubeObject): KubeObject => {
  return { ...object, metadata: { ...object.metadata, deletionTimestamp: 'now', finalizers: ['a/b'] } };
};

describe('the hold of a terminating definition', () => {
  let scene: ControllerScene;
  afterEach(() => scene.stop());
  const start = async (...objects: [Resource, KubeObject][]) => void (scene = await controllerScene(objects));
  const optionsOf = () => ({ ...scene.shared, systemNamespace: 'mural-system', hash: scene.tools.hash });
  const messageOf = async (kind: RevisionedKindName, definition: Definition) =>
    (await holdOf(kind, definition, optionsOf()))?.message?.split(';')[0];

  it('is a deployment with a ref to it, as long as it exists', async () => {
    await start(
      [environments, primary],
      [workloadProfiles, profile('team')],
      [workloadDeployments, deployment('team')],
    );
    assert.equal(await messageOf('Environment', primary), 'used by WorkloadDeployment team/web');
    const profileOf = profile('team') as Definition;
    assert.equal(await messageOf('WorkloadProfile', profileOf), 'used by WorkloadDeployment team/web');
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'web' });
    await scene.caughtUp();
    assert.equal(await messageOf('Environment', primary), undefined);
  });

  it('is a deployment that is being deleted, because it may wait for a spoke', async () => {
    await start([environments, primary], [workloadDeployments, leaving(deployment('team'))]);
    assert.equal(await messageOf('Environment', primary), 'used by WorkloadDeployment team/web');
  });

  it('is not a deployment that got another ref', async () => {
    const moved = deployment('team', { environmentRef: 'other' });
    const status = { environment: { namespace: 'team', name: 'primary', revision: 1 } };
    await start([environments, primary], [workloadDeployments, { ...moved, status } as KubeObject]);
    assert.equal(await messageOf('Environment', primary), undefined);
  });

  it('is an Environment with this topology, and a deployment at an old revision of an Environment that had it', async () => {
    const custom = environment('team', { name: 'custom', topology: { type: 'edge' } });
    await start([policyDefinitions, topology], [environments, custom]);
    assert.equal(await messageOf('PolicyDefinition', topology), 'used by 1 Environment in another namespace');
    await scene.stop();

    const edits = [{ spec: { topology: { type: 'edge' } } }, { spec: primary.spec ?? {} }];
    const pinned = deployment('team', { environmentRef: 'primary@v1' });
    await start(
      ...recordedEdits('Environment', edits).objects,
      [policyDefinitions, topology],
      [workloadDeployments, pinned],
    );
    assert.equal(await messageOf('PolicyDefinition', topology), 'used by 1 WorkloadDeployment in another namespace');
  });

  it('is found live if the cache lacks it', async () => {
    await start([environments, primary], [workloadDeployments, deployment('team')]);
    const { caches } = scene;
    const stale = {
      ...caches,
      deployments: Object.assign(Object.create(caches.deployments), { byIndex: () => [], get: () => undefined }),
    };
    const found = await holdOf('Environment', primary, { ...optionsOf(), caches: stale });
    assert.match(found?.message ?? '', /^used by WorkloadDeployment team\/web/);
  });

  it('ends if somebody acknowledged that it does not wait', async () => {
    await start([environments, primary], [workloadDeployments, deployment('team')]);
    const annotations = { 'spectrocloud.com/acknowledge': 'UnpinnedRef, InUse' };
    assert.equal(await messageOf('Environment', environment('team', { annotations }) as Definition), undefined);
    const unacknowledged: Definition = environment('team', {
      annotations: { 'spectrocloud.com/acknowledge': 'UnpinnedRef' },
    });
    assert.match((await messageOf('Environment', unacknowledged)) ?? '', /used/);
  });

  it('is not known if a read fails, so that nothing is deleted', async () => {
    await start([environments, primary]);
    const failure = new ApiError('down', { code: 503, reason: 'ServiceUnavailable' });
    scene.client.list = () => Promise.reject(failure);
    await assert.rejects(holdOf('Environment', primary, optionsOf()), /down/);
    const { deployments, definitions } = scene.caches;
    for (const cache of [deployments, definitions.Environment]) {
      cache.isNotServed = () => Promise.resolve(true);
      assert.equal(await holdOf('Environment', primary, optionsOf()), undefined, 'without the kind there is no user');
      cache.isNotServed = () => Promise.resolve(false);
    }
  });
});
