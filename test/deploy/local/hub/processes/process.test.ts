import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateHubFiles, type HubFiles } from '../../../../../deploy/local/hub/files/hub-files.ts';
import { findFreePort } from '../../../../../deploy/local/hub/processes/ports.ts';
import { listRunningProcesses } from '../../../../../deploy/local/hub/processes/process-table.ts';
import { ensureStarted, waitReady, type ProcessSpec } from '../../../../../deploy/local/hub/processes/process.ts';
import { isHealthy } from '../../../../../deploy/local/hub/processes/probe.ts';
import { stopAll } from '../../../../../deploy/local/hub/processes/stop.ts';

const programs = { node: process.execPath, etcd: '', apiserver: '', controllerManager: '' };
const start = { programs, environment: {}, print: () => {} };

describe('a process of the hub', () => {
  let files: HubFiles = locateHubFiles('/nowhere');
  let port = 0;

  beforeEach(async () => {
    files = locateHubFiles(await realpath(await mkdtemp(join(tmpdir(), 'process-'))));
    port = await findFreePort(new Set(), Math.random);
  });
  afterEach(async () => {
    await stopAll(files, await listRunningProcesses(files.directory), 5000);
    await rm(files.directory, { recursive: true });
  });

  function serverSpec(extra = ''): ProcessSpec {
    const code = `require('node:http').createServer((_, r) => r.end('ok')).listen(${port}, '127.0.0.1');${extra}`;
    const isReady = () => isHealthy({ url: `http://127.0.0.1:${port}/` });
    return {
      name: 'server',
      program: 'node',
      args: ['-e', code],
      port,
      inputs: [join(files.directory, 'config')],
      isReady,
    };
  }

  async function pid(): Promise<string> {
    return (await readFile(files.pid('server'), 'utf8')).trim();
  }

  it('is started once, also if its pid file is missing', async () => {
    await ensureStarted(files, serverSpec(), start);
    await waitReady(files, serverSpec(), 5000);
    const first = await pid();
    await rm(files.pid('server'));
    await ensureStarted(files, serverSpec(), start);
    assert.equal(await pid(), first);
  });

  it('is started again after it was killed, also if another process has the pid of its pid file', async () => {
    await ensureStarted(files, serverSpec(), start);
    const first = await pid();
    await stopAll(files, await listRunningProcesses(files.directory), 5000);
    await writeFile(files.pid('server'), String(process.pid));
    await ensureStarted(files, serverSpec(), start);
    await waitReady(files, serverSpec(), 5000);
    assert.notEqual(await pid(), first);
    assert.notEqual(await pid(), String(process.pid));
  });

  it('is restarted when its arguments change, or a file that it read when it started', async () => {
    await ensureStarted(files, serverSpec(), start);
    const first = await pid();
    await ensureStarted(files, serverSpec('0'), start);
    const second = await pid();
    await writeFile(join(files.directory, 'config'), 'new');
    await ensureStarted(files, serverSpec('0'), start);
    assert.equal(new Set([first, second, await pid()]).size, 3);
    assert.equal((await listRunningProcesses(files.directory)).length, 1);
  });

  it('is reported with the end of its log when it ends before it is ready', async () => {
    const spec = { ...serverSpec(), args: ['-e', 'console.log("out of luck"); process.exitCode = 1'] };
    await ensureStarted(files, spec, start);
    await assert.rejects(waitReady(files, spec, 5000), /server ended before it was ready.*server\.log.*out of luck/s);
  });

  it('is not started if another program listens on its port', async () => {
    await ensureStarted(files, serverSpec(), start);
    await waitReady(files, serverSpec(), 5000);
    await assert.rejects(ensureStarted(files, { ...serverSpec(), name: 'other' }, start), new RegExp(String(port)));
  });

  it('is killed if it ignores SIGTERM', async () => {
    await ensureStarted(files, serverSpec("process.on('SIGTERM', () => {})"), start);
    await waitReady(files, serverSpec(), 5000);
    assert.deepEqual(await stopAll(files, await listRunningProcesses(files.directory), 200), ['server']);
    assert.deepEqual(await listRunningProcesses(files.directory), []);
  });
});
