import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { changeSummary } from '../../../src/cli/output/change-summary.ts';

describe('the summary of a change', () => {
  const rows: [before: JsonObject, after: JsonObject, summary: string, why: string][] = [
    [{ a: 1 }, { a: 1 }, 'nothing', 'there is no change'],
    [{ a: 1, b: 1 }, { a: 2, c: 1 }, 'spec.a, -spec.b, +spec.c', 'signs for added and removed fields'],
    [{}, { a: 1, b: 1, c: 1, d: 1, e: 1 }, '+spec.a, +spec.b, +spec.c and 2 more', 'the line stays short'],
  ];
  for (const [before, after, summary, why] of rows) {
    it(`reads ${summary}: ${why}`, () => {
      assert.equal(changeSummary({ metadata: {}, spec: before }, { metadata: {}, spec: after }), summary);
    });
  }
});
