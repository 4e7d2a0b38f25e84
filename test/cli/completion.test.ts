import assert from 'node:assert/strict';
import { mooring } from '../support/command-line.ts';

describe('mooring completion', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    it(`prints a script for ${shell} that completes "mooring", even if the program was called with another name`, async () => {
      const { code, out, error } = await mooring(['completion', shell], { program: 'kubectl mooring' });
      assert.deepEqual([code, error], [0, '']);
      assert.match(out, new RegExp(`^# ${shell} completion for mooring$`, 'm'));
      assert.deepEqual(await mooring(['completion', shell]), { code, out, error });
    });
  }

  it('refuses another shell and names those that it knows', async () => {
    const { code, error } = await mooring(['completion', 'csh']);
    assert.equal(code, 2);
    assert.match(error, /'csh' is invalid for argument 'SHELL'.*bash, zsh, fish.*see mooring completion --help\n$/);
  });
});
