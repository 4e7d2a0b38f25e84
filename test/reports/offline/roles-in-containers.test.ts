import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { waitFor } from '../../../deploy/local/hub/wait-for.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');

const timeoutMs = 20_000;

describe('a role in a container', function () {
  this.timeout(60_000);
  let folder: string;
  let kubeconfig: string;
  const running: ChildProcess[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-container-'));
    kubeconfig = join(folder, 'config');
    const content = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c' } }],
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    };
    await writeFile(kubeconfig, JSON.stringify(content));
    // The CUE engine takes for ever to open: Go, with which it is built, does not answer.
    await writeFile(join(folder, 'go'), '#!/bin/sh\nexec sleep 60\n');
    await chmod(join(folder, 'go'), 0o755);
  });
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });
  after(() => rm(folder, { recursive: true }));

  const freePort = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };

  const start = (wrapper: readonly string[], args: readonly string[]): ChildProcess => {
    const [program = '', ...rest] = [...wrapper, process.execPath, main, 'serve', ...args];
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}`, XDG_CACHE_HOME: folder };
    const child = spawn(program, rest, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    running.push(child);
    return child;
  };
  const page = async (port: number, path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return `${response.status} ${(await response.text()).trim()}`;
  };

  for (const role of ['webhook', 'controller']) {
    it(`${role}: is alive, but not ready, while it opens the CUE engine, and SIGTERM ends it`, async () => {
      const port = await freePort();
      const child = start([], [role, '--kubeconfig', kubeconfig, '--health-port', String(port)]);
      assert.equal(await waitFor('/healthz answers', () => page(port, '/healthz'), { timeoutMs }), '200 ok');
      assert.equal(await page(port, '/readyz'), `503 ${role}: the CUE engine is not open yet`);
      child.kill('SIGTERM');
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    });
  }

  it('ends on SIGTERM as pid 1 too', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const port = await freePort();
    const wrapper = start(
      ['unshare', '--fork', '--pid', '--kill-child'],
      ['controller', '--kubeconfig', kubeconfig, '--health-port', String(port)],
    );
    const pid = await waitFor('the role is started', () => childOf(wrapper.pid ?? 0), { timeoutMs });
    await waitFor('/healthz answers', () => page(port, '/healthz'), { timeoutMs });
    process.kill(pid, 'SIGTERM');
    assert.deepEqual(await once(wrapper, 'exit'), [0, null]);
  });

  for (const role of ['webhook', 'controller', 'aggregator']) {
    it(`${role}: says in one line that it has no cluster configuration`, async () => {
      const env = { PATH: process.env['PATH'], HOME: folder };
      const child = spawn(process.execPath, [main, 'serve', role], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      running.push(child);
      const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      assert.match(stderr, /^mooring: no cluster configuration: [^\n]* set --kubeconfig or KUBECONFIG\n$/);
      assert.equal(code, 2);
    });
  }
});

/** The only child of a process. Undefined as long as there is none. */
async function childOf(parent: number): Promise<number | undefined> {
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(join('/proc', name, 'stat'), 'utf8').catch(() => '') : '';
    if (Number(/^.*\) \S (\d+)/s.exec(stat)?.[1]) === parent) return Number(name);
  }
  return undefined;
}
