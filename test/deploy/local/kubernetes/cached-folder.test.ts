import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCachedFolder } from '../../../../deploy/local/kubernetes/cached-folder.ts';

describe('a folder of the cache', () => {
  let cache = '';
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'cached-'));
  });
  afterEach(() => rm(cache, { recursive: true }));

  const ensure = (fill: (draft: string) => Promise<void>, onWait: (pid: number) => void = () => {}) =>
    ensureCachedFolder({ path: join(cache, 'one'), fill, onWait });
  const fill = (draft: string) => writeFile(join(draft, 'file'), '');

  it('is created once', async () => {
    let calls = 0;
    const count = async (draft: string) => {
      calls += 1;
      await fill(draft);
    };
    assert.equal(await ensure(count), join(cache, 'one'));
    assert.equal(await ensure(count), join(cache, 'one'));
    assert.equal(calls, 1);
    assert.deepEqual(await readdir(join(cache, 'one')), ['file']);
  });

  it('does not exist before it is complete, nor after a failure', async () => {
    const failing = ensure(async (draft) => {
      await fill(draft);
      assert.ok(!(await readdir(cache)).includes('one'));
      throw new Error('disk full');
    });
    await assert.rejects(failing, /disk full/);
    assert.deepEqual(await readdir(cache), []);
  });

  it('removes the drafts of processes that were killed, but no other drafts', async () => {
    await mkdir(join(cache, 'one.draft-abc'));
    await mkdir(join(cache, 'another.draft-abc'));
    await ensure(fill);
    assert.deepEqual((await readdir(cache)).toSorted(), ['another.draft-abc', 'one']);
  });

  it('is created by one of two concurrent callers; the other one reports that it waits', async () => {
    let second: Promise<string> | undefined;
    const waited: number[] = [];
    await ensure(async (draft) => {
      await new Promise<void>((onWait) => {
        const never = () => Promise.reject(new Error('it is made a second time'));
        second = ensure(never, (pid) => {
          waited.push(pid);
          onWait();
        });
      });
      await fill(draft);
    });
    assert.equal(await second, join(cache, 'one'));
    assert.deepEqual(waited, [process.pid]);
  });
});
