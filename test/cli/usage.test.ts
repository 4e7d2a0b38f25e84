import assert from 'node:assert/strict';
import { usage } from '../../src/cli/usage.ts';

describe('the usage', () => {
  it('shows every command under the name that was called', () => {
    const shown = [...usage('kubectl mooring').matchAll(/^Usage: kubectl mooring (\w+)/gm)].map(
      ([, command]) => command,
    );
    assert.deepEqual(shown, ['history', 'diff', 'uses', 'rollback', 'check', 'render', 'serve']);
  });
});
