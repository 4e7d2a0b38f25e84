import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildCueModule } from '../../src/topology/module.ts';
import { buildTimeoutMs, cueModule } from './cue-module.ts';

describe('buildCueModule', () => {
  let folder: string;
  before(async function () {
    this.timeout(buildTimeoutMs);
    await cueModule();
    folder = await mkdtemp(join(tmpdir(), 'mooring-cue-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('does not build what is in the cache', async () => {
    const path = await cueModule();
    const messages: string[] = [];
    assert.equal(
      await buildCueModule({ cacheDir: dirname(path), onProgress: (message) => messages.push(message) }),
      path,
    );
    assert.deepEqual(messages, []);
  });

  it('returns the same complete file to two simultaneous builds, and leaves no other file', async function () {
    this.timeout(buildTimeoutMs);
    const cacheDir = join(folder, 'made', 'on', 'demand');
    const messages: string[] = [];
    const build = () => buildCueModule({ cacheDir, onProgress: (message) => messages.push(message) });
    const [first, second] = await Promise.all([build(), build()]);
    assert.equal(first, second);
    assert.deepEqual(
      (await readdir(cacheDir)).map((name) => join(cacheDir, name)),
      [first],
    );
    assert.match(messages[0] ?? '', /^building the CUE engine with go/);
  });

  it('builds nothing if that is not wanted any more', async () => {
    const cacheDir = join(folder, 'unwanted');
    const build = buildCueModule({ cacheDir, beforeBuild: () => Promise.reject(new Error('not wanted')) });
    await assert.rejects(build, /^Error: not wanted$/);
    assert.equal(existsSync(cacheDir), false);
  });

  it('explains in one line what to do if Go is not installed', async () => {
    const build = buildCueModule({ cacheDir: folder, go: join(folder, 'no-such-go') });
    await assert.rejects(build, (error: Error) => /install Go/.test(error.message) && !error.message.includes('\n'));
  });
});
