import assert from 'node:assert/strict';
import { manifestWorkReplicaSets, manifestWorks, placements } from '../../../src/api/ocm.ts';
import { ownReplicaSets, presentOnHub, replicaSetState } from '../../../src/controller/deployments/hub-state.ts';
import type { HubObject } from '../../../src/domain/render/hub-objects.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { aReplicaSet, aWork } from '../../support/hub-objects.ts';
import { deployment } from '../../support/manifests.ts';
import { aPlacement } from '../../support/placements.ts';

const annotations = { 'spectrocloud.com/deployment': 'apps/web' };
const ours = aReplicaSet('web');
const wanted = (name: string): HubObject => ({
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  metadata: { name, namespace: 'hub', labels: {}, annotations: {} },
});

describe('what there is on the hub for a deployment', () => {
  let scene: ControllerScene;
  before(async () => {
    scene = await controllerScene([
      [manifestWorkReplicaSets, { ...ours, metadata: { ...ours.metadata, annotations } }],
      [manifestWorkReplicaSets, aReplicaSet('of-another')],
      [placements, { ...aPlacement({ name: 'web' }), metadata: { name: 'web', namespace: 'hub', annotations } }],
      [placements, aPlacement({ name: 'foreign' })],
      [manifestWorks, aWork('a')],
      [manifestWorks, aWork('b')],
    ]);
  });
  after(() => scene.stop());

  it('is what bears its name in full, with kind and apiVersion', () => {
    const present = presentOnHub(deployment('apps'), [], scene.caches);
    assert.deepEqual(
      present.owned.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ['ManifestWorkReplicaSet web', 'Placement web'],
    );
    assert.equal(ownReplicaSets(deployment('apps', { name: 'other' }), scene.caches).length, 0);
  });

  it('besides is what bears a wanted name and is not ours', () => {
    const present = presentOnHub(deployment('apps'), [wanted('web'), wanted('foreign'), wanted('free')], scene.caches);
    assert.deepEqual(
      present.others.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ['Placement foreign'],
    );
  });

  it('puts a ManifestWorkReplicaSet, its works and its Placements together', () => {
    const state = replicaSetState(ours, scene.caches);
    assert.deepEqual(state.manifestWorks.map(({ metadata }) => metadata.namespace ?? '').toSorted(), ['a', 'b']);
    assert.deepEqual(
      state.placements.map(({ metadata }) => metadata.name),
      ['web'],
    );
  });
});
