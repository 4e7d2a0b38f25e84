import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import type { HubObject } from '../../../src/domain/render/hub-objects.ts';
import { planHub } from '../../../src/domain/render/hub-plan.ts';

function wanted(kind: string, name: string, spec: object = {}): HubObject & { spec: object } {
  const metadata = { name, namespace: 'hub', labels: { ours: 'yes' }, annotations: { ours: 'yes' } };
  return { apiVersion: 'v1', kind, metadata, spec };
}

/** The object on the hub after `object` was applied. */
function applied(object: HubObject): KubeObject {
  const [first] = planHub([object], { owned: [], others: [] }, { hash: sha256, proof: {} }).apply;
  assert.ok(first);
  return { ...first, metadata: { ...first.metadata, resourceVersion: '7', uid: 'uid' } };
}

const placement = wanted('Placement', 'p', { numberOfClusters: 1 });
const replicaSet = wanted('ManifestWorkReplicaSet', 'w');
const names = (objects: readonly KubeObject[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('the plan for the hub', () => {
  it('applies Placements before the ManifestWorkReplicaSets that refer to them', () => {
    const plan = planHub([replicaSet, placement], { owned: [], others: [] }, { hash: sha256, proof: {} });
    assert.deepEqual(names(plan.apply), ['Placement p', 'ManifestWorkReplicaSet w']);
  });

  it('labels ManifestWorkReplicaSets with their spoke namespace, also those that an earlier version has written', () => {
    const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    const spec = { manifestWorkTemplate: { workload: { manifests: [shop] } } };
    const work = wanted('ManifestWorkReplicaSet', 'w', spec);
    const stored = applied(work);
    assert.deepEqual(stored.metadata.labels, { ours: 'yes', 'spectrocloud.com/spoke-namespace': 'shop' });
    assert.deepEqual(applied(placement).metadata.labels, { ours: 'yes' });
    const earlier = { ...stored, metadata: { ...stored.metadata, labels: { ours: 'yes' } } };
    const plan = planHub([work], { owned: [earlier], others: [] }, { hash: sha256, proof: {} });
    assert.deepEqual(names(plan.apply), ['ManifestWorkReplicaSet w']);
  });

  it('is empty if everything is up to date', () => {
    const plan = planHub(
      [placement, replicaSet],
      { owned: [applied(placement), applied(replicaSet)], others: [] },
      { hash: sha256, proof: {} },
    );
    assert.deepEqual(plan, { apply: [], conflicts: [], prune: [], terminating: [] });
  });

  it('replaces exactly the version that was read', () => {
    const changed = wanted('Placement', 'p', { numberOfClusters: 2 });
    const [object] = planHub([changed], { owned: [applied(placement)], others: [] }, { hash: sha256, proof: {} }).apply;
    assert.equal(object?.metadata.resourceVersion, '7');
  });

  it('applies an object from which the render has dropped a field', () => {
    const less = wanted('Placement', 'p', {});
    assert.equal(
      planHub([less], { owned: [applied(placement)], others: [] }, { hash: sha256, proof: {} }).apply.length,
      1,
    );
  });

  it('ignores fields that the API server or another field manager added', () => {
    const present = { ...applied(placement), spec: { numberOfClusters: 1, defaulted: true }, status: {} };
    assert.deepEqual(planHub([placement], { owned: [present], others: [] }, { hash: sha256, proof: {} }).apply, []);
  });

  it('applies an object again that another client has changed', () => {
    const present = { ...applied(placement), spec: { numberOfClusters: 9 } };
    assert.deepEqual(names(planHub([placement], { owned: [present], others: [] }, { hash: sha256, proof: {} }).apply), [
      'Placement p',
    ]);
  });

  it('ignores an object that is still as the API server stored it, although it does not contain the render', () => {
    const present = { ...applied(placement), spec: {} };
    const planned = (snapshot: KubeObject) =>
      planHub(
        [placement],
        { owned: [present], others: [], matchesSnapshot: (_, object) => object === snapshot },
        { hash: sha256, proof: {} },
      ).apply;
    assert.deepEqual(planned(present), []);
    assert.equal(planned(applied(placement)).length, 1);
  });

  it('applies an object again that proves another owner, and keeps its render hash', () => {
    const proof = { uid: 'new' };
    const [adopted] = planHub([placement], { owned: [applied(placement)], others: [] }, { hash: sha256, proof }).apply;
    assert.deepEqual(adopted?.metadata.annotations, { ...applied(placement).metadata.annotations, ...proof });
  });

  it('waits for an object of the render that is being deleted, to create it again', () => {
    const present = applied(wanted('Placement', 'p', { numberOfClusters: 9 }));
    const terminating = { ...present, metadata: { ...present.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const plan = planHub([placement, replicaSet], { owned: [terminating], others: [] }, { hash: sha256, proof: {} });
    assert.deepEqual(
      { apply: names(plan.apply), terminating: names(plan.terminating), prune: plan.prune },
      { apply: ['ManifestWorkReplicaSet w'], terminating: ['Placement p'], prune: [] },
    );
  });

  it('reports name conflicts, and prunes owned objects that the render does not contain', () => {
    const old = applied(wanted('Placement', 'old'));
    const foreign = wanted('Placement', 'p');
    const plan = planHub(
      [placement],
      { owned: [old], others: [foreign, wanted('Placement', 'other')] },
      { hash: sha256, proof: {} },
    );
    assert.deepEqual(
      { conflicts: names(plan.conflicts), prune: names(plan.prune) },
      { conflicts: ['Placement p'], prune: ['Placement old'] },
    );
  });
});
