import assert from 'node:assert/strict';
import { whyNotReady } from '../../../src/kube/cache/readiness.ts';

describe('whyNotReady', () => {
  it('names the caches that are not ready', () => {
    const caches = [
      ['environments', { whyNotReady: () => undefined }],
      ['placements', { whyNotReady: () => 'is not complete yet' }],
    ] as const;
    assert.deepEqual(whyNotReady(caches), ['the cache of placements is not complete yet']);
  });
});
