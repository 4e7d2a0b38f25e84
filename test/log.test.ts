import assert from 'node:assert/strict';
import { createLog } from '../src/log.ts';

describe('the log', () => {
  it('takes lines of every level, and says nothing when it is told to be silent', () => {
    const log = createLog('silent', 'test');
    for (const level of ['debug', 'info', 'warn', 'error'] as const)
      assert.doesNotThrow(() => log[level]({ a: 1 }, 'x'));
  });

  it('has children with fields of their own', () => {
    assert.doesNotThrow(() => createLog('silent', 'test').child({ key: 'a/b' }).info({}, 'x'));
  });
});
