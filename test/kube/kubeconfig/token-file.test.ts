import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenFile } from '../../../src/kube/kubeconfig/token-file.ts';

describe('TokenFile', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-token-'));
    path = join(folder, 'token');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads the file each time, with or without a newline at its end', async () => {
    const file = new TokenFile(path, undefined);
    await writeFile(path, 'first\n');
    assert.equal(await file.token(), 'first');
    await writeFile(path, 'second');
    assert.equal(await file.token(), 'second');
  });

  it('keeps the last token while the file is missing or empty', async () => {
    const file = new TokenFile(path, undefined);
    await assert.rejects(file.token(), /ENOENT/);
    await writeFile(path, '');
    await assert.rejects(file.token(), /the token file .* is empty/);
    await writeFile(path, 'first');
    await file.token();
    await rm(path);
    assert.equal(await file.token(), 'first');
  });

  it('takes the token of the kubeconfig only until the file can be read', async () => {
    const file = new TokenFile(path, 'inline');
    assert.equal(await file.token(), 'inline');
    await writeFile(path, 'rotated');
    assert.equal(await file.token(), 'rotated');
  });
});
