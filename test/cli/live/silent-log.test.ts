import assert from 'node:assert/strict';
import { silentLog } from '../../../src/cli/live/silent-log.ts';

describe('the silent log', () => {
  it('takes messages of all levels, also for a part of the program', () => {
    const log = silentLog.child({ part: 'client' });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) assert.equal(log[level]({}, 'text'), undefined);
  });
});
