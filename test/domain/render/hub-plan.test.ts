import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import type { HubObject } from '../../../src/domain/render/hub-objects.ts';
import { planHub } from '../../../src/domain/render/hub-plan.ts';

function wanted(kind: string, name: string, spec: object = {}): HubObject & { spec: object } {
  const metadata = { name, namespace: 'hub', labels: { ours: 'yes' }, annotations: { ours: 'yes' } };
  return { apiVersion: 'v1', kind, metadata, spec };
}

/** What is on the hub after `object` was applied. */
function applied(object: HubObject): KubeObject {
  const [first] = planHub([object], { ours: [], others: [] }, sha256).apply;
  assert.ok(first);
  return { ...first, metadata: { ...first.metadata, resourceVersion: '7', uid: 'uid' } };
}

const placement = wanted('Placement', 'p', { numberOfClusters: 1 });
const work = wanted('ManifestWorkReplicaSet', 'w');
const names = (objects: readonly KubeObject[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('the plan for the hub', () => {
  it('applies Placements before the works that name them', () => {
    const plan = planHub([work, placement], { ours: [], others: [] }, sha256);
    assert.deepEqual(names(plan.apply), ['Placement p', 'ManifestWorkReplicaSet w']);
  });

  it('is empty when everything is as it should be', () => {
    const plan = planHub([placement, work], { ours: [applied(placement), applied(work)], others: [] }, sha256);
    assert.deepEqual(plan, { apply: [], conflicts: [], prune: [], terminating: [] });
  });

  it('writes over exactly what was read', () => {
    const changed = wanted('Placement', 'p', { numberOfClusters: 2 });
    const [object] = planHub([changed], { ours: [applied(placement)], others: [] }, sha256).apply;
    assert.equal(object?.metadata.resourceVersion, '7');
  });

  it('notices a field that the render no longer has', () => {
    const less = wanted('Placement', 'p', {});
    assert.equal(planHub([less], { ours: [applied(placement)], others: [] }, sha256).apply.length, 1);
  });

  it('leaves alone what the API server or somebody else added', () => {
    const present = { ...applied(placement), spec: { numberOfClusters: 1, defaulted: true }, status: {} };
    assert.deepEqual(planHub([placement], { ours: [present], others: [] }, sha256).apply, []);
  });

  it('repairs what somebody changed', () => {
    const present = { ...applied(placement), spec: { numberOfClusters: 9 } };
    assert.deepEqual(names(planHub([placement], { ours: [present], others: [] }, sha256).apply), ['Placement p']);
  });

  it('leaves alone what the hub makes of a render, as long as nobody changed it', () => {
    const present = { ...applied(placement), spec: {} };
    const planned = (answer: KubeObject) =>
      planHub([placement], { ours: [present], others: [], matchesSnapshot: (_, object) => object === answer }, sha256)
        .apply;
    assert.deepEqual(planned(present), []);
    assert.equal(planned(applied(placement)).length, 1);
  });

  it('does nothing to what is wanted and on its way out: it is made anew when it is gone', () => {
    const present = applied(wanted('Placement', 'p', { numberOfClusters: 9 }));
    const going = { ...present, metadata: { ...present.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const plan = planHub([placement, work], { ours: [going], others: [] }, sha256);
    assert.deepEqual(
      { apply: names(plan.apply), terminating: names(plan.terminating), prune: plan.prune },
      { apply: ['ManifestWorkReplicaSet w'], terminating: ['Placement p'], prune: [] },
    );
  });

  it('names what bears a wanted name and is not ours, and what is ours and not wanted', () => {
    const old = applied(wanted('Placement', 'old'));
    const foreign = wanted('Placement', 'p');
    const plan = planHub([placement], { ours: [old], others: [foreign, wanted('Placement', 'other')] }, sha256);
    assert.deepEqual(
      { conflicts: names(plan.conflicts), prune: names(plan.prune) },
      { conflicts: ['Placement p'], prune: ['Placement old'] },
    );
  });
});
