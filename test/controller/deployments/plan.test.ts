import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../../src/api/ocm.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { planDeployment, presentOnHub } from '../../../src/controller/deployments/plan.ts';
import type { HubObject } from '../../../src/domain/render/hub-objects.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { deployment } from '../../support/manifests.ts';
import { aPlacement } from '../../support/placements.ts';

const annotations = { 'spectrocloud.com/deployment': 'apps/web' };
const owned = aReplicaSet('web');
const existing = {
  ...aPlacement(),
  metadata: { name: 'web', namespace: 'hub', annotations },
  spec: { numberOfClusters: 2, prioritizerPolicy: { mode: 'Additive' } },
};
/** Another installation has applied it, for a deployment of the same name. */
const fromAnother = {
  ...aPlacement(),
  metadata: {
    name: 'earlier',
    namespace: 'hub',
    annotations: {
      'spectrocloud.com/deployment': 'apps/earlier',
      'spectrocloud.com/deployment-uid': 'u',
      'spectrocloud.com/installation': 'another',
    },
  },
};
const rendered = (name: string, spec: JsonObject = {}): HubObject & { spec: JsonObject } => ({
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  metadata: { name, namespace: 'hub', labels: {}, annotations: {} },
  spec,
});

describe('planning the writes for a deployment', () => {
  let scene: ControllerScene;
  before(async () => {
    scene = await controllerScene([
      [manifestWorkReplicaSets, { ...owned, metadata: { ...owned.metadata, annotations } }],
      [manifestWorkReplicaSets, aReplicaSet('of-another')],
      [placements, existing],
      [placements, aPlacement({ name: 'foreign' })],
      [placements, fromAnother],
    ]);
  });
  after(() => scene.stop());

  describe('what is present on the hub for a deployment', () => {
    it('contains the objects with its identity, with kind and apiVersion', () => {
      const present = presentOnHub(deployment('apps'), [], scene.caches);
      assert.deepEqual(
        present.owned.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
        ['ManifestWorkReplicaSet web', 'Placement web'],
      );
    });

    it('contains objects of other owners under a rendered name', () => {
      const objects = [rendered('web'), rendered('foreign'), rendered('free')];
      const present = presentOnHub(deployment('apps'), objects, scene.caches);
      assert.deepEqual(
        present.others.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
        ['Placement foreign'],
      );
    });
  });

  describe('the plan for a render', () => {
    const plan = (...objects: HubObject[]) =>
      planDeployment(deployment('apps'), objects, {
        caches: scene.caches,
        snapshots: { matches: () => false },
        hash: sha256,
        installation: 'installation',
      });
    const replicaSet: HubObject = {
      ...rendered('web'),
      apiVersion: 'work.open-cluster-management.io/v1alpha1',
      kind: 'ManifestWorkReplicaSet',
    };

    it('replaces ManifestWorkReplicaSets if the render does not contain one that is on the hub', () => {
      assert.equal(plan(rendered('web')).replacesReplicaSets, true);
      assert.equal(plan(rendered('web'), replicaSet).replacesReplicaSets, false);
    });

    it('adopts what another installation has applied under the same name, and does not prune it under another name', () => {
      const renders = (...objects: HubObject[]) =>
        planDeployment({ ...deployment('apps'), metadata: { namespace: 'apps', name: 'earlier' } }, objects, {
          caches: scene.caches,
          snapshots: { matches: () => false },
          hash: sha256,
          installation: 'installation',
        });
      const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name);
      assert.deepEqual(names(renders(rendered('earlier')).apply), ['earlier']);
      assert.deepEqual(names(renders(rendered('new')).prune), []);
    });

    const rows: { spec: JsonObject; name?: string; changes: boolean; why: string }[] = [
      { spec: { numberOfClusters: 2 }, changes: false, why: 'the other fields are defaults of the API server' },
      { spec: { numberOfClusters: 3 }, changes: true, why: 'it selects more clusters' },
      { spec: {}, changes: true, why: 'a field that limits the selection is dropped' },
      {
        spec: { numberOfClusters: 2, predicates: [{}] },
        changes: true,
        why: 'a field that limits the selection is added',
      },
      { spec: { numberOfClusters: 3 }, name: 'new', changes: false, why: 'there is no Placement of this name' },
    ];
    for (const { spec, name = 'web', changes, why } of rows) {
      it(`${changes ? 'changes' : 'does not change'} the selection with ${JSON.stringify(spec)}: ${why}`, () => {
        assert.equal(plan(rendered(name, spec), replicaSet).changesSelection, changes);
      });
    }

    const reaches: { spec: JsonObject; name?: string; reach: string; why: string }[] = [
      { spec: { numberOfClusters: 2 }, reach: 'same', why: 'nothing differs' },
      { spec: { numberOfClusters: 3 }, reach: 'changed', why: 'there is one more cluster' },
      { spec: { numberOfClusters: 1 }, reach: 'same', why: 'there is one less' },
      { spec: { numberOfClusters: 1, predicates: [{}] }, reach: 'changed', why: 'other clusters may match' },
      { spec: {}, reach: 'changed', why: 'all clusters that match are selected' },
      { spec: {}, name: 'new', reach: 'new', why: 'the Placement does not exist' },
    ];
    for (const { spec, name = 'web', reach, why } of reaches) {
      it(`leads ${reach === 'same' ? 'to no other clusters' : `to other clusters (${reach})`} with ${JSON.stringify(spec)}: ${why}`, () => {
        assert.equal(plan(rendered(name, spec), replicaSet).reach, reach);
      });
    }

    it('leads to other clusters if a ManifestWorkReplicaSet gets another name, which depends on its Placements', () => {
      const other = { ...replicaSet, metadata: { ...replicaSet.metadata, name: 'other' } };
      assert.equal(plan(rendered('web', { numberOfClusters: 2 }), other).reach, 'changed');
      const first = planDeployment(deployment('new'), [other], {
        caches: scene.caches,
        snapshots: { matches: () => false },
        hash: sha256,
        installation: 'installation',
      });
      assert.equal(first.reach, 'new');
    });

    it('does not change the selection if nothing is applied', () => {
      const matching = planDeployment(deployment('apps'), [rendered('web', { numberOfClusters: 3 })], {
        caches: scene.caches,
        snapshots: { matches: () => true },
        hash: sha256,
        installation: 'installation',
      });
      assert.deepEqual([matching.apply, matching.changesSelection], [[], false]);
    });
  });
});
