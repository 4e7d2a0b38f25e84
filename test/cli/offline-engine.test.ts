import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../src/cli/offline-engine.ts';
import { buildTimeoutMs, cueModule } from '../topology/cue-module.ts';

describe('the engine of an offline command', () => {
  let folder: string;
  let module: string;
  before(async function () {
    this.timeout(buildTimeoutMs);
    module = await cueModule();
    folder = await mkdtemp(join(tmpdir(), 'mooring-engine-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('starts before it is needed, and evaluates nothing after it was closed', async function () {
    this.timeout(60_000);
    const starting = startEngine('test', module, { environment: {} });
    const engine = await starting.ready();
    assert.equal((await engine.check('parameter: {}', {})).ok, true);
    await starting.close();
    assert.equal((await engine.check('parameter: {n?: int}', {})).ok, false);
  });

  it('is not waited for by a command that does not need it', async () => {
    await startEngine('test', undefined, { environment: { XDG_CACHE_HOME: folder } }).close();
  });

  it('reports where it is needed why it does not start', async () => {
    const starting = startEngine('test', join(folder, 'missing.wasm'), { environment: {} });
    await assert.rejects(starting.ready(), /ENOENT.*missing\.wasm/);
    await starting.close();
  });
});
