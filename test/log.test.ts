import assert from 'node:assert/strict';
import { createLog } from '../src/log.ts';

describe('the log', () => {
  it('writes lines of every level, and nothing at level silent', () => {
    const log = createLog('silent', 'test');
    for (const level of ['debug', 'info', 'warn', 'error'] as const)
      assert.doesNotThrow(() => log[level]({ a: 1 }, 'x'));
  });

  it('has children with additional fields', () => {
    assert.doesNotThrow(() => createLog('silent', 'test').child({ key: 'a/b' }).info({}, 'x'));
  });
});
