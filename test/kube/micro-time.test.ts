import assert from 'node:assert/strict';
import { microTime } from '../../src/kube/micro-time.ts';

describe('microTime', () => {
  it('has six digits of fraction', () => {
    assert.equal(microTime(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), '2026-01-02T03:04:05.006000Z');
  });
});
