import assert from 'node:assert/strict';
import { mooring } from '../../support/command-line.ts';

describe('the commands for backups', () => {
  for (const name of ['export', 'import']) {
    it(`include ${name}, with help that says what its exit codes mean`, async () => {
      const { code, out } = await mooring([name, '--help']);
      assert.equal(code, 0);
      assert.match(out, /--namespace <NAME>[^]*Exit codes: 0: /);
    });
  }
});
