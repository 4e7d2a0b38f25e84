import assert from 'node:assert/strict';
import { readTimeout } from '../../../src/cli/live/timeout.ts';

describe('readTimeout', () => {
  it('reads whole seconds, in milliseconds', () => {
    assert.deepEqual(['1', '300', '999999'].map(readTimeout), [1000, 300_000, 999_999_000]);
  });

  for (const text of ['', '0', '-1', '1.5', '5m', '1000000']) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => readTimeout(text), { message: `--timeout ${text}: use a whole number of seconds` }));
  }
});
