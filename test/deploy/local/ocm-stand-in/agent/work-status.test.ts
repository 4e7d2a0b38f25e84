import assert from 'node:assert/strict';
import type { Condition } from '../../../../../src/api/object.ts';
import {
  computeAppliedStatus,
  computeAvailableStatus,
  computeDeletingStatus,
  wasApplied,
  type Availability,
} from '../../../../../deploy/local/ocm-stand-in/agent/work-status.ts';
import { now, work } from '../builders.ts';

const later = '2026-01-02T03:04:06Z';
const meta = {
  ordinal: 0,
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  namespace: 'team',
  name: 'a',
};
const second = { ...meta, ordinal: 1, name: 'b' };

function find(conditions: Condition[] | undefined, type: string): Partial<Condition> | undefined {
  return conditions?.find((each) => each.type === type);
}

describe('OCM stand-in: the status of a ManifestWork', () => {
  it('has Applied=True if every manifest was applied', () => {
    const status = computeAppliedStatus(work('c1', {}), [{ meta }, { meta: second }], now);
    assert.deepEqual(find(status.conditions, 'Applied'), {
      type: 'Applied',
      status: 'True',
      reason: 'AppliedManifestWorkComplete',
      message: 'Apply manifest work complete',
      observedGeneration: 3,
      lastTransitionTime: now,
    });
    assert.deepEqual(
      status.resourceStatus?.manifests?.map((each) => each.resourceMeta),
      [meta, second],
    );
  });

  it('says why a manifest was not applied', () => {
    const status = computeAppliedStatus(work('c1', {}), [{ meta }, { meta: second, problem: 'forbidden' }], now);
    assert.equal(find(status.conditions, 'Applied')?.reason, 'AppliedManifestWorkFailed');
    const condition = find(status.resourceStatus?.manifests?.[1]?.conditions, 'Applied');
    assert.deepEqual(
      [condition?.reason, condition?.message],
      ['AppliedManifestFailed', 'Failed to apply manifest: forbidden'],
    );
  });

  it('does not have the condition Applied without manifests', () => {
    assert.deepEqual(computeAppliedStatus(work('c1', {}), [], now).conditions, []);
  });

  it('keeps other conditions of a manifest, and the time of a condition that does not change', () => {
    const first = { ...work('c1', {}), status: computeAppliedStatus(work('c1', {}), [{ meta }], now) };
    const seen = { ...first, status: computeAvailableStatus(first, ['available'], now) };
    assert.deepEqual(computeAppliedStatus(seen, [{ meta }], later), seen.status);
    assert.equal(wasApplied(seen), true);
    assert.equal(wasApplied(work('c1', {})), false);
  });

  const rows: { availabilities: Availability[]; status: string; reason: string; message: string }[] = [
    {
      availabilities: ['available', 'available'],
      status: 'True',
      reason: 'ResourcesAvailable',
      message: 'All resources are available',
    },
    {
      availabilities: ['available', 'missing'],
      status: 'False',
      reason: 'ResourcesNotAvailable',
      message: '1 of 2 resources are not available',
    },
    {
      availabilities: ['available', { unknown: 'no' }],
      status: 'Unknown',
      reason: 'ResourcesStatusUnknown',
      message: '1 of 2 resources have unknown status',
    },
    {
      availabilities: [],
      status: 'Unknown',
      reason: 'ResourcesStatusUnknown',
      message: 'cannot get any available resource ',
    },
  ];
  for (const { availabilities, status, reason, message } of rows) {
    it(`has the reason ${reason} for ${JSON.stringify(availabilities)}`, () => {
      const metas = [meta, second].slice(0, availabilities.length);
      const applied = computeAppliedStatus(
        work('c1', {}),
        metas.map((each) => ({ meta: each })),
        now,
      );
      const condition = find(
        computeAvailableStatus({ ...work('c1', {}), status: applied }, availabilities, now).conditions,
        'Available',
      );
      assert.deepEqual([condition?.status, condition?.reason, condition?.message], [status, reason, message]);
    });
  }

  it('has the condition Deleting while it is being deleted', () => {
    assert.equal(find(computeDeletingStatus(work('c1', {}), now).conditions, 'Deleting')?.reason, 'WorkDeleting');
  });
});
