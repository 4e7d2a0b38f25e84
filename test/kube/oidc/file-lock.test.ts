import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileLocked, lockFile } from '../../../src/kube/oidc/file-lock.ts';

describe('lockFile', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-lock-'));
    path = join(folder, 'config');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('creates the lock file of kubectl, and removes it', async () => {
    const lock = await lockFile(path, 0);
    assert.equal((await stat(join(folder, 'config.lock'))).size, 0);
    lock.release();
    assert.equal(existsSync(join(folder, 'config.lock')), false);
  });

  it('waits until another process has removed its lock', async () => {
    const first = await lockFile(path, 0);
    let released = false;
    setTimeout(() => {
      released = true;
      first.release();
    }, 100);
    (await lockFile(path, 5000)).release();
    assert.equal(released, true);
  });

  it('says what to do about a lock that stays', async () => {
    await writeFile(`${path}.lock`, '');
    await assert.rejects(
      lockFile(path, 100),
      (error) => error instanceof FileLocked && /config\.lock exists: .*; delete the lock if no/.test(error.message),
    );
    assert.ok(existsSync(`${path}.lock`));
  });

  it('fails if no file can be created there', async () => {
    await assert.rejects(lockFile(join(folder, 'none', 'config'), 5000), { code: 'ENOENT' });
  });

  it('is released when the process ends', async () => {
    const module = join(import.meta.dirname, '..', '..', '..', 'src', 'kube', 'oidc', 'file-lock.ts');
    const code = `const { lockFile } = await import(${JSON.stringify(module)});
      await lockFile(${JSON.stringify(path)}, 0);
      process.exit((await import('node:fs')).existsSync(${JSON.stringify(`${path}.lock`)}) ? 7 : 1);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
    const [exitCode] = await once(child, 'close');
    assert.equal(exitCode, 7);
    assert.equal(existsSync(`${path}.lock`), false);
  });
});
