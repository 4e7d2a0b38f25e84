import assert from 'node:assert/strict';
import { age } from '../../../src/cli/output/age.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('an age', () => {
  // The rows of kubectl's own table for HumanDuration.
  const rows: [ms: number, text: string, why: string][] = [
    [0, '0s', 'just now'],
    [-second, '0s', 'a clock that is a little behind'],
    [-2 * second, '<invalid>', 'the future'],
    [119 * second, '119s', 'seconds up to two minutes'],
    [2 * minute, '2m', 'nothing is said of no seconds'],
    [2 * minute + 5 * second, '2m5s', 'seconds count up to ten minutes'],
    [10 * minute + 5 * second, '10m', 'and no longer'],
    [179 * minute, '179m', 'minutes up to three hours'],
    [3 * hour + 5 * minute, '3h5m', 'minutes count up to eight hours'],
    [47 * hour, '47h', 'hours up to two days'],
    [2 * day + 3 * hour, '2d3h', 'hours count up to eight days'],
    [8 * day + 3 * hour, '8d', 'and no longer'],
    [729 * day, '729d', 'days up to two years'],
    [2 * 365 * day + 3 * day, '2y3d', 'days count up to eight years'],
    [8 * 365 * day, '8y', 'and no longer'],
  ];
  const then = '2026-01-01T00:00:00Z';
  for (const [ms, text, why] of rows) {
    it(`reads ${text}: ${why}`, () => assert.equal(age(then, Date.parse(then) + ms), text));
  }

  it('of an absent time is unknown', () => assert.equal(age(undefined, 0), '<unknown>'));
});
