import assert from 'node:assert/strict';
import type { Condition } from '../../../../../src/api/object.ts';
import {
  appliedStatus,
  availableStatus,
  deletingStatus,
  wasApplied,
  type Sighting,
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

describe('OCM stand-in: the status of a work', () => {
  it('is applied when every manifest is', () => {
    const status = appliedStatus(work('c1', {}), [{ meta }, { meta: second }], now);
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

  it('names why a manifest is not', () => {
    const status = appliedStatus(work('c1', {}), [{ meta }, { meta: second, problem: 'forbidden' }], now);
    assert.equal(find(status.conditions, 'Applied')?.reason, 'AppliedManifestWorkFailed');
    const condition = find(status.resourceStatus?.manifests?.[1]?.conditions, 'Applied');
    assert.deepEqual(
      [condition?.reason, condition?.message],
      ['AppliedManifestFailed', 'Failed to apply manifest: forbidden'],
    );
  });

  it('has no Applied without manifests', () => {
    assert.deepEqual(appliedStatus(work('c1', {}), [], now).conditions, []);
  });

  it('keeps what else is known of a manifest, and the time where nothing changed', () => {
    const first = { ...work('c1', {}), status: appliedStatus(work('c1', {}), [{ meta }], now) };
    const seen = { ...first, status: availableStatus(first, ['available'], now) };
    assert.deepEqual(appliedStatus(seen, [{ meta }], later), seen.status);
    assert.equal(wasApplied(seen), true);
    assert.equal(wasApplied(work('c1', {})), false);
  });

  const rows: { sightings: Sighting[]; status: string; reason: string; message: string }[] = [
    {
      sightings: ['available', 'available'],
      status: 'True',
      reason: 'ResourcesAvailable',
      message: 'All resources are available',
    },
    {
      sightings: ['available', 'missing'],
      status: 'False',
      reason: 'ResourcesNotAvailable',
      message: '1 of 2 resources are not available',
    },
    {
      sightings: ['available', { unknown: 'no' }],
      status: 'Unknown',
      reason: 'ResourcesStatusUnknown',
      message: '1 of 2 resources have unknown status',
    },
    {
      sightings: [],
      status: 'Unknown',
      reason: 'ResourcesStatusUnknown',
      message: 'cannot get any available resource ',
    },
  ];
  for (const { sightings, status, reason, message } of rows) {
    it(`says ${reason} for ${JSON.stringify(sightings)}`, () => {
      const metas = [meta, second].slice(0, sightings.length);
      const applied = appliedStatus(
        work('c1', {}),
        metas.map((each) => ({ meta: each })),
        now,
      );
      const condition = find(
        availableStatus({ ...work('c1', {}), status: applied }, sightings, now).conditions,
        'Available',
      );
      assert.deepEqual([condition?.status, condition?.reason, condition?.message], [status, reason, message]);
    });
  }

  it('says that it is being deleted', () => {
    assert.equal(find(deletingStatus(work('c1', {}), now).conditions, 'Deleting')?.reason, 'WorkDeleting');
  });
});
