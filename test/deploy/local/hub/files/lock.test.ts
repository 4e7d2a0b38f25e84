import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockedError, withLock } from '../../../../../deploy/local/hub/files/lock.ts';
import { startOf } from '../../../../../deploy/local/hub/processes/process-table.ts';

describe('a lock file', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is there while the work is done and gone afterwards, also when the work fails', async () => {
    const path = join(folder, 'lock');
    assert.deepEqual(await withLock(path, () => readdir(folder)), ['lock']);
    await assert.rejects(
      withLock(path, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.deepEqual(await readdir(folder), []);
  });

  it('keeps a second one out and names the holder', async () => {
    const path = join(folder, 'lock');
    const second = withLock(path, () => withLock(path, () => Promise.resolve()));
    await assert.rejects(second, (error) => error instanceof LockedError && error.pid === process.pid);
  });

  it('lets a second one wait where that is asked for', async () => {
    const path = join(folder, 'lock');
    const order: string[] = [];
    let second: Promise<unknown> = Promise.resolve();
    await withLock(path, async () => {
      const waits = new Promise<void>((onWait) => {
        second = withLock(path, () => Promise.resolve(order.push('second')), { onWait: () => onWait() });
      });
      await waits;
      order.push('first');
    });
    await second;
    assert.deepEqual(order, ['first', 'second']);
  });

  const stale = [
    { text: '999999999 12345\n', why: 'its process is gone' },
    { text: `${process.pid} 1\n`, why: 'its pid is in use by another process now' },
    { text: '', why: 'it was never written in full' },
  ];
  for (const { text, why } of stale) {
    it(`counts for nothing when ${why}`, async () => {
      const path = join(folder, 'lock');
      await writeFile(path, text);
      assert.equal(await withLock(path, () => Promise.resolve('done')), 'done');
      assert.deepEqual(await readdir(folder), []);
    });
  }

  it('holds while the process with that pid and start time lives', async () => {
    const path = join(folder, 'lock');
    await writeFile(path, `${process.ppid} ${(await startOf(process.ppid)) ?? ''}\n`);
    await assert.rejects(
      withLock(path, () => Promise.resolve()),
      LockedError,
    );
  });
});
