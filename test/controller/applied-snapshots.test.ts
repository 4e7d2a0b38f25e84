import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { createAppliedSnapshots } from '../../src/controller/applied-snapshots.ts';
import type { HubObject } from '../../src/domain/render/hub-objects.ts';

const wanted: HubObject & { spec: object } = {
  apiVersion: 'v1',
  kind: 'Placement',
  metadata: { name: 'p', namespace: 'hub', labels: {}, annotations: {} },
  spec: { kept: 1, dropped: 2 },
};
const stored: KubeObject & { spec: object } = {
  ...wanted,
  metadata: { ...wanted.metadata, uid: 'uid', resourceVersion: '1', generation: 1 },
  spec: { kept: 1 },
};
const { metadata } = stored;

const rows: {
  what: string;
  present: KubeObject & { spec: object; status?: object };
  desired?: HubObject;
  same: boolean;
  why: string;
}[] = [
  {
    what: 'the stored object',
    present: stored,
    same: true,
    why: 'the API server stored the desired one in this form',
  },
  {
    what: 'the stored object with a status',
    present: { ...stored, metadata: { ...metadata, resourceVersion: '2' }, status: {} },
    same: true,
    why: 'OCM updates the status all the time',
  },
  {
    what: 'another spec',
    present: { ...stored, spec: { kept: 9 } },
    same: false,
    why: 'somebody has edited it',
  },
  {
    what: 'other labels',
    present: { ...stored, metadata: { ...metadata, labels: { mine: 'yes' } } },
    same: false,
    why: 'somebody has edited it',
  },
  {
    what: 'another object with the same name',
    present: { ...stored, metadata: { ...metadata, uid: 'other' } },
    same: false,
    why: 'nothing was applied to it',
  },
  {
    what: 'the stored object of an earlier render',
    present: stored,
    desired: { ...wanted, metadata: { ...wanted.metadata, annotations: { render: 'new' } } },
    same: false,
    why: 'the new render has not been applied',
  },
];

describe('the snapshots of applied objects', () => {
  for (const { what, present, desired = wanted, same, why } of rows) {
    it(`${same ? 'match' : 'do not match'} ${what}: ${why}`, () => {
      const snapshots = createAppliedSnapshots(sha256);
      assert.equal(snapshots.matches(desired, present), false, 'before anything is applied');
      snapshots.remember({ ...wanted, metadata: { ...wanted.metadata, resourceVersion: '0' } }, stored);
      assert.equal(snapshots.matches(desired, present), same);
    });
  }

  it('are limited to 5000, and drop the one that was not used for the longest time', () => {
    const snapshots = createAppliedSnapshots((json) => String(json.length));
    const storedAs = (uid: number) => ({ ...stored, metadata: { ...metadata, uid: String(uid) } });
    for (let uid = 0; uid < 5000; uid += 1) snapshots.remember(wanted, storedAs(uid));
    assert.equal(snapshots.matches(wanted, storedAs(0)), true);
    snapshots.remember(wanted, storedAs(5000));
    assert.equal(snapshots.matches(wanted, storedAs(1)), false);
    assert.equal(snapshots.matches(wanted, storedAs(0)), true);
  });
});
