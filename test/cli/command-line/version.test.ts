import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { version } from '../../../src/cli/command-line/version.ts';

describe('the version', () => {
  it('is the one in package.json', async () => {
    const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
    assert.equal(version, JSON.parse(text).version);
  });
});
