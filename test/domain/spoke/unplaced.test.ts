import assert from 'node:assert/strict';
import { isUnplaced, unplacedSince } from '../../../src/domain/spoke/unplaced.ts';
import { requestObject } from '../../support/facts.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';

const created = '2026-01-01T00:00:00Z';
const later = '2026-01-01T01:00:00Z';
/** Five minutes before the given number of minutes after a time. */
const minutesAfter = (start: string, minutes: number) =>
  new Date(Date.parse(start) + minutes * 60_000 - 300_000).toISOString().replace('.000Z', 'Z');
const metadata = { name: 'web', creationTimestamp: created };

describe('a deployment without ManifestWorks', () => {
  const cases: { what: string; status?: object; at: string; unplaced: boolean }[] = [
    {
      what: 'whose status says so for less than five minutes',
      status: { unplacedSince: later },
      at: minutesAfter(later, 4),
      unplaced: false,
    },
    {
      what: 'whose status says so for five minutes',
      status: { unplacedSince: later },
      at: minutesAfter(later, 5),
      unplaced: true,
    },
    { what: 'that was created a moment ago', at: minutesAfter(created, 1), unplaced: false },
    {
      what: 'whose status never says anything, as when each reconcile fails',
      at: minutesAfter(created, 6),
      unplaced: true,
    },
    {
      what: 'whose status lists clusters',
      status: { selectedClusters: ['a'] },
      at: minutesAfter(later, 60),
      unplaced: false,
    },
    {
      what: 'whose status says something else than a time',
      status: { unplacedSince: 'soon' },
      at: minutesAfter(later, 60),
      unplaced: false,
    },
  ];
  for (const { what, status, at, unplaced } of cases) {
    it(`reserves ${unplaced ? 'nothing' : 'its names'}: one ${what}`, () => {
      const bare = requestObject(placedDeployment({ metadata }));
      const object = status === undefined ? bare : { ...bare, status: JSON.parse(JSON.stringify(status)) };
      assert.equal(isUnplaced(object, at), unplaced);
    });
  }

  it('has the time at which that began in its status, always the same', () => {
    const now = '2026-01-01T01:00:00.123Z';
    const without = { hasManifestWork: false, now };
    assert.equal(unplacedSince({ metadata }, without), created, 'a new one');
    assert.equal(unplacedSince({ metadata: { name: 'web' } }, without), later, 'one without a time');
    assert.equal(unplacedSince({ metadata, status: {} }, without), later, 'one that had ManifestWorks');
    assert.equal(unplacedSince({ metadata, status: { unplacedSince: created } }, without), created);
    assert.equal(
      unplacedSince({ metadata, status: { unplacedSince: created } }, { ...without, hasManifestWork: true }),
      undefined,
    );
  });
});
