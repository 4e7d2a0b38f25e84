import assert from 'node:assert/strict';
import type { ObjectMeta, OwnerReference } from '../../../../../src/api/object.ts';
import { releaseOf, withOwner, type Release } from '../../../../../deploy/local/ocm-stand-in/agent/ownership.ts';

const kind = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'AppliedManifestWork' };
const mine: OwnerReference = { ...kind, name: 'hash-a', uid: 'a' };
const other: OwnerReference = { ...kind, name: 'hash-b', uid: 'b' };
const stranger: OwnerReference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' };

describe('OCM stand-in: ownership', () => {
  const releases: { why: string; live: Partial<ObjectMeta> | undefined; release: Release }[] = [
    { why: 'it is gone', live: undefined, release: 'forget' },
    { why: 'it has no owner: it was orphaned, or never ours', live: {}, release: 'forget' },
    { why: 'only others own it', live: { ownerReferences: [other] }, release: 'forget' },
    { why: 'another work owns it too (H4)', live: { ownerReferences: [mine, other] }, release: 'disown' },
    { why: 'owners that are no works do not count', live: { ownerReferences: [mine, stranger] }, release: 'delete' },
    { why: 'we are its last owner', live: { ownerReferences: [mine] }, release: 'delete' },
    { why: 'it is another object by now', live: { ownerReferences: [mine], uid: 'new' }, release: 'forget' },
    { why: 'it is being deleted', live: { ownerReferences: [mine], deletionTimestamp: 'now' }, release: 'wait' },
  ];
  for (const { why, live, release } of releases) {
    it(`${release}: ${why}`, () => {
      const object = live === undefined ? undefined : { metadata: { name: 'team', uid: 'recorded', ...live } };
      assert.equal(releaseOf('recorded', object, mine), release);
    });
  }

  it('adds and removes itself, and gives back the same list where nothing changes', () => {
    assert.deepEqual(withOwner([other], mine, true), [other, mine]);
    assert.deepEqual(withOwner([other, mine], mine, false), [other]);
    const owners = [other, mine];
    assert.equal(withOwner(owners, mine, true), owners);
  });
});
