import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubFiles, type HubFiles } from '../../../../../deploy/local/hub/files/hub-files.ts';
import { freePort } from '../../../../../deploy/local/hub/processes/ports.ts';
import { runningProcesses } from '../../../../../deploy/local/hub/processes/process-table.ts';
import { ensureStarted, waitReady, type ProcessSpec } from '../../../../../deploy/local/hub/processes/process.ts';
import { answers } from '../../../../../deploy/local/hub/processes/probe.ts';
import { stopAll } from '../../../../../deploy/local/hub/processes/stop.ts';

const programs = { node: process.execPath, etcd: '', apiserver: '', controllerManager: '' };
const start = { programs, environment: {}, print: () => {} };

describe('a process of the hub', () => {
  let files: HubFiles = hubFiles('/nowhere');
  let port = 0;

  beforeEach(async () => {
    files = hubFiles(await realpath(await mkdtemp(join(tmpdir(), 'process-'))));
    port = await freePort(new Set(), Math.random);
  });
  afterEach(async () => {
    await stopAll(files, await runningProcesses(files.directory), 5000);
    await rm(files.directory, { recursive: true });
  });

  function serverSpec(extra = ''): ProcessSpec {
    const code = `require('node:http').createServer((_, r) => r.end('ok')).listen(${port}, '127.0.0.1');${extra}`;
    const ready = () => answers({ url: `http://127.0.0.1:${port}/` });
    return {
      name: 'server',
      program: 'node',
      args: ['-e', code],
      port,
      reads: [join(files.directory, 'config')],
      ready,
    };
  }

  async function pid(): Promise<string> {
    return (await readFile(files.pid('server'), 'utf8')).trim();
  }

  it('is started once, and found again without its pid file', async () => {
    await ensureStarted(files, serverSpec(), start);
    await waitReady(files, serverSpec(), 5000);
    const first = await pid();
    await rm(files.pid('server'));
    await ensureStarted(files, serverSpec(), start);
    assert.equal(await pid(), first);
  });

  it('is started anew after it was killed, whatever its pid file says', async () => {
    await ensureStarted(files, serverSpec(), start);
    const first = await pid();
    await stopAll(files, await runningProcesses(files.directory), 5000);
    await writeFile(files.pid('server'), String(process.pid)); // in use by somebody else now
    await ensureStarted(files, serverSpec(), start);
    await waitReady(files, serverSpec(), 5000);
    assert.notEqual(await pid(), first);
    assert.notEqual(await pid(), String(process.pid));
  });

  it('is restarted when its words change, or a file that it read at its start', async () => {
    await ensureStarted(files, serverSpec(), start);
    const first = await pid();
    await ensureStarted(files, serverSpec('0'), start);
    const second = await pid();
    await writeFile(join(files.directory, 'config'), 'new');
    await ensureStarted(files, serverSpec('0'), start);
    assert.equal(new Set([first, second, await pid()]).size, 3);
    assert.equal((await runningProcesses(files.directory)).length, 1);
  });

  it('that ends before it is ready is reported with the end of its log', async () => {
    const spec = { ...serverSpec(), args: ['-e', 'console.log("out of luck"); process.exitCode = 1'] };
    await ensureStarted(files, spec, start);
    await assert.rejects(waitReady(files, spec, 5000), /server ended before it was ready.*server\.log.*out of luck/s);
  });

  it('is not started on a port that another program took', async () => {
    await ensureStarted(files, serverSpec(), start);
    await waitReady(files, serverSpec(), 5000);
    await assert.rejects(ensureStarted(files, { ...serverSpec(), name: 'other' }, start), new RegExp(String(port)));
  });

  it('is killed when it does not end by itself', async () => {
    await ensureStarted(files, serverSpec("process.on('SIGTERM', () => {})"), start);
    await waitReady(files, serverSpec(), 5000);
    assert.deepEqual(await stopAll(files, await runningProcesses(files.directory), 200), ['server']);
    assert.deepEqual(await runningProcesses(files.directory), []);
  });
});
