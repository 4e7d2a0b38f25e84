import assert from 'node:assert/strict';
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

  it('builds nothing that the cache has', async () => {
    const path = await cueModule();
    const told: string[] = [];
    assert.equal(await buildCueModule({ cacheDir: dirname(path), onProgress: (message) => told.push(message) }), path);
    assert.deepEqual(told, []);
  });

  it('gives two builds at once the same whole file, and leaves nothing else', async function () {
    this.timeout(buildTimeoutMs);
    const cacheDir = join(folder, 'made', 'on', 'demand');
    const told: string[] = [];
    const build = () => buildCueModule({ cacheDir, onProgress: (message) => told.push(message) });
    const [first, second] = await Promise.all([build(), build()]);
    assert.equal(first, second);
    assert.deepEqual(
      (await readdir(cacheDir)).map((name) => join(cacheDir, name)),
      [first],
    );
    assert.match(told[0] ?? '', /^building the CUE engine with go/);
  });

  it('says in one line what to do where there is no Go', async () => {
    const build = buildCueModule({ cacheDir: folder, go: join(folder, 'no-such-go') });
    await assert.rejects(build, (error: Error) => /install Go/.test(error.message) && !error.message.includes('\n'));
  });
});
