import assert from 'node:assert/strict';
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockedError, withLock } from '../../../../../deploy/local/hub/files/lock.ts';
import { getStartTime } from '../../../../../deploy/local/hub/processes/process-table.ts';

describe('a lock file', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('exists while the work runs, and is removed afterwards, also when the work fails', async () => {
    const path = join(folder, 'lock');
    assert.deepEqual(await withLock(path, () => readdir(folder)), ['lock']);
    await assert.rejects(
      withLock(path, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.deepEqual(await readdir(folder), []);
  });

  it('refuses a second caller and names the holder', async () => {
    const path = join(folder, 'lock');
    const second = withLock(path, () => withLock(path, () => Promise.resolve()));
    await assert.rejects(second, (error) => error instanceof LockedError && error.pid === process.pid);
  });

  it('lets a second caller wait if it says so', async () => {
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

  it('is acquired by one caller after another when many callers of one process want it at the same time', async () => {
    const path = join(folder, 'lock');
    let running = 0;
    const work = async () => {
      running += 1;
      assert.equal(running, 1);
      await readdir(folder);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 3 }, () => withLock(path, work, { onWait: () => {} })));
    assert.deepEqual(await readdir(folder), []);
  });

  it('is acquired by one caller, and the others fail with LockedError, when they do not want to wait', async () => {
    const path = join(folder, 'lock');
    const release = Promise.withResolvers<void>();
    const errors: unknown[] = [];
    const call = () =>
      withLock(path, () => release.promise).catch((error: unknown) => {
        if (errors.push(error) === 4) release.resolve();
      });
    await Promise.all(Array.from({ length: 5 }, call));
    assert.equal(errors.length, 4);
    for (const error of errors) assert.ok(error instanceof LockedError, String(error));
  });

  it('is refused with LockedError also when the holder removes the drafts in the folder', async () => {
    const path = join(folder, 'lock');
    await withLock(path, async () => {
      const end = new AbortController();
      const removal = (async () => {
        while (!end.signal.aborted) {
          for (const entry of await readdir(folder)) {
            if (entry.endsWith('.draft')) await rm(join(folder, entry), { force: true });
          }
        }
      })();
      for (let attempt = 0; attempt < 50; attempt++) {
        await assert.rejects(
          withLock(path, () => Promise.resolve()),
          LockedError,
        );
      }
      end.abort();
      await removal;
      await access(path);
    });
  });

  const stale = [
    { text: '999999999 12345\n', why: 'its process has ended' },
    { text: `${process.pid} 1\n`, why: 'its pid is in use by another process now' },
    { text: '', why: 'it was never written in full' },
  ];
  for (const { text, why } of stale) {
    it(`is stale when ${why}`, async () => {
      const path = join(folder, 'lock');
      await writeFile(path, text);
      assert.equal(await withLock(path, () => Promise.resolve('done')), 'done');
      assert.deepEqual(await readdir(folder), []);
    });
  }

  it('is not stale while the process with that pid and start time runs', async () => {
    const path = join(folder, 'lock');
    await writeFile(path, `${process.ppid} ${(await getStartTime(process.ppid)) ?? ''}\n`);
    await assert.rejects(
      withLock(path, () => Promise.resolve()),
      LockedError,
    );
  });
});
