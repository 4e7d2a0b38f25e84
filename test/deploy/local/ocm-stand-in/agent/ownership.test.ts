import assert from 'node:assert/strict';
import type { ObjectMeta, OwnerReference } from '../../../../../src/api/object.ts';
import { decideRelease, withOwner, type Release } from '../../../../../deploy/local/ocm-stand-in/agent/ownership.ts';

const kind = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'AppliedManifestWork' };
const mine: OwnerReference = { ...kind, name: 'hash-a', uid: 'a' };
const other: OwnerReference = { ...kind, name: 'hash-b', uid: 'b' };
const stranger: OwnerReference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' };

describe('OCM stand-in: ownership', () => {
  const releases: { why: string; live: Partial<ObjectMeta> | undefined; release: Release }[] = [
    { why: 'the object does not exist', live: undefined, release: 'forget' },
    { why: 'the object does not have owners, because it was orphaned or never owned', live: {}, release: 'forget' },
    { why: 'only another ManifestWork owns the object', live: { ownerReferences: [other] }, release: 'forget' },
    {
      why: 'another ManifestWork owns the object, too (H4)',
      live: { ownerReferences: [mine, other] },
      release: 'disown',
    },
    { why: 'the other owner is not a ManifestWork', live: { ownerReferences: [mine, stranger] }, release: 'delete' },
    { why: 'this ManifestWork is the last owner', live: { ownerReferences: [mine] }, release: 'delete' },
    {
      why: 'there is a new object with the same name',
      live: { ownerReferences: [mine], uid: 'new' },
      release: 'forget',
    },
    { why: 'the object is terminating', live: { ownerReferences: [mine], deletionTimestamp: 'now' }, release: 'wait' },
  ];
  for (const { why, live, release } of releases) {
    it(`${release}: ${why}`, () => {
      const object = live === undefined ? undefined : { metadata: { name: 'team', uid: 'recorded', ...live } };
      assert.equal(decideRelease('recorded', object, mine), release);
    });
  }

  it('is added and removed, and the same array is returned if nothing changes', () => {
    assert.deepEqual(withOwner([other], mine, true), [other, mine]);
    assert.deepEqual(withOwner([other, mine], mine, false), [other]);
    const owners = [other, mine];
    assert.equal(withOwner(owners, mine, true), owners);
  });
});
