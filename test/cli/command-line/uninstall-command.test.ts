import assert from 'node:assert/strict';
import { mooring } from '../../support/command-line.ts';

describe('the command uninstall', () => {
  it('says in its help what stays, and that it removes nothing without --yes', async () => {
    const { code, out } = await mooring(['uninstall', '--help']);
    assert.equal(code, 0);
    assert.match(out.replaceAll(/\s+/g, ' '), /The workloads on the spokes stay/);
    assert.match(out.replaceAll(/\s+/g, ' '), /Without --yes, only show what would be removed/);
    for (const option of [
      '--delete-workloads',
      '--yes',
      '--timeout <SECONDS>',
      '--mooring-namespace <NAME>',
      '--kubeconfig',
    ]) {
      assert.ok(out.includes(option), option);
    }
  });

  it('refuses arguments', async () => {
    const { code, error } = await mooring(['uninstall', 'everything']);
    assert.equal(code, 2);
    assert.match(error, /see mooring uninstall --help/);
  });
});
