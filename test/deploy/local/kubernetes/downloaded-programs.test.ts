import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBinaries } from '../../../../deploy/local/kubernetes/binaries.ts';
import type { FetchLimits } from '../../../../deploy/local/kubernetes/fetch-file.ts';
import { ReleaseMirror } from '../../../support/release-mirror.ts';

/** Stands in for the Go command: "compiles" one package into the four programs. */
const fakeGo = `#!/bin/sh
if [ "$1" = list ]; then echo "true k8s.io/fake"; exit; fi
echo k8s.io/fake >&2
while [ "$1" != -o ]; do shift; done
for program in server kube-apiserver kube-controller-manager kubectl; do echo "built $program" >"$2$program"; done
`;
const limits = { answerMs: 5000, stallMs: 5000 };
const shortLimits = { answerMs: 300, stallMs: 300 };

describe('the programs of a release', function () {
  if (process.platform !== 'linux') return; // server programs are published for Linux only

  let folder = '';
  let mirror: ReleaseMirror;
  let lines: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'release-'));
    lines = [];
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'go'), fakeGo);
    await chmod(join(folder, 'bin', 'go'), 0o755);
    mirror = new ReleaseMirror();
    await mirror.start(join(folder, 'pack'));
  });
  afterEach(async () => {
    await mirror.stop();
    await rm(folder, { recursive: true });
  });

  const path = () => `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  const ensure = (
    environment: Record<string, string> = {},
    pinned: Record<string, string> = {},
    wait: FetchLimits = limits,
  ) =>
    ensureBinaries({
      cache: join(folder, 'cache'),
      environment: { PATH: path(), MOORING_KUBERNETES_MIRROR: mirror.url, ...environment },
      output: { print: (line) => lines.push(line) },
      pinned,
      limits: wait,
    });
  const cached = async () => (await readdir(join(folder, 'cache'))).map((name) => name.replace(/[0-9a-f]{16}/, '#'));
  const kubectlOf = async (environment?: Record<string, string>, wait?: FetchLimits) =>
    (await readFile((await ensure(environment, {}, wait)).kubectl, 'utf8')).trim();

  it('are downloaded, unpacked and executable', async () => {
    const programs = await ensure();
    const contents = await Promise.all(Object.values(programs).map((file: string) => readFile(file, 'utf8')));
    assert.deepEqual(contents, [
      'downloaded etcd',
      'downloaded kube-apiserver',
      'downloaded kube-controller-manager',
      'downloaded kubectl',
    ]);
    for (const file of Object.values(programs)) assert.equal((await stat(file)).mode & 0o111, 0o111);
    assert.deepEqual(await cached(), ['release-#-all']);
    assert.equal((await readdir(join(programs.etcd, '..'))).length, 4);
  });

  it('come from the cache in the second run, without a request', async () => {
    const programs = await ensure();
    mirror.requests.length = 0;
    assert.deepEqual(await ensure(), programs);
    assert.deepEqual(mirror.requests, []);
  });

  it('are not downloaded if the cache contains a build', async () => {
    assert.equal(await kubectlOf({ MOORING_KUBERNETES_MIRROR: 'none' }), 'built kubectl');
    assert.equal(await kubectlOf(), 'built kubectl');
    assert.deepEqual(mirror.requests, []);
  });

  it('are built if $MOORING_KUBERNETES_MIRROR is none, also if the cache contains a download', async () => {
    assert.equal(await kubectlOf(), 'downloaded kubectl');
    assert.equal(await kubectlOf({ MOORING_KUBERNETES_MIRROR: 'none' }), 'built kubectl');
  });

  it('are downloaded without the others if only the controller manager is missing in $KUBEBUILDER_ASSETS', async () => {
    const assets = join(folder, 'assets');
    await mkdir(assets);
    for (const name of ['etcd', 'kube-apiserver', 'kubectl']) await writeFile(join(assets, name), '');
    const programs = await ensure({ KUBEBUILDER_ASSETS: assets });
    assert.equal(programs.etcd, join(assets, 'etcd'));
    assert.equal(await readFile(programs.controllerManager, 'utf8'), 'downloaded kube-controller-manager');
    assert.equal(mirror.requests.length, 2);
  });

  const unavailable: {
    why: string;
    arrange: (file: ReleaseMirror['file']) => void;
    wait?: FetchLimits;
    says: RegExp;
  }[] = [
    {
      why: 'a program does not exist',
      arrange: (file) => mirror.answers.set(file('kubectl').path, 404),
      says: /kubectl: HTTP status 404/,
    },
    {
      why: 'a sum does not exist',
      arrange: (file) => mirror.answers.set(file('etcd').sums, 403),
      says: /SHA256SUMS: HTTP status 403/,
    },
    {
      why: 'a proxy responds with a page of its own',
      arrange: (file) => mirror.answers.set(file('etcd').sums, Buffer.from('<html>Log in</html>')),
      says: /SHA256SUMS: has no SHA-256 sum of etcd/,
    },
    {
      why: 'there is no response in time',
      arrange: (file) => mirror.answers.set(file('etcd').sums, 'silent'),
      wait: shortLimits,
      says: /SHA256SUMS: no answer within 0.3 s/,
    },
    {
      why: 'every transfer is interrupted',
      arrange: (file) => mirror.answers.set(file('kube-apiserver').path, 'cut'),
      says: /kube-apiserver: other side closed/,
    },
    {
      why: 'every transfer stalls',
      arrange: (file) => mirror.answers.set(file('kube-apiserver').path, 'hang'),
      wait: shortLimits,
      says: /kube-apiserver: no further data within 0.3 s/,
    },
  ];
  for (const { why, arrange, wait, says } of unavailable) {
    it(`are built if ${why}, and one line says so`, async () => {
      arrange((program) => mirror.file(program));
      assert.equal(await kubectlOf({}, wait), 'built kubectl');
      const reasons = lines.filter((line) => line.includes('built instead'));
      assert.equal(reasons.length, 1);
      assert.match(reasons[0] ?? '', says);
      assert.deepEqual(await cached(), ['#-all'], 'no draft is left');
    });
  }

  it('are built when the connection is refused', async () => {
    const stopped = new ReleaseMirror();
    await stopped.start(join(folder, 'pack'));
    await stopped.stop();
    assert.equal(await kubectlOf({ MOORING_KUBERNETES_MIRROR: stopped.url }), 'built kubectl');
    assert.match(lines.join('\n'), /ECONNREFUSED.*built instead/);
  });

  it('are built when the proxy refuses the connection', async () => {
    const proxy = createServer().on('connect', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const environment = { HTTP_PROXY: address, MOORING_KUBERNETES_MIRROR: 'http://mirror.invalid' };
    assert.equal(await kubectlOf(environment), 'built kubectl');
    assert.match(lines.join('\n'), /Proxy response \(403\).*built instead/);
    proxy.close();
  });

  it('are downloaded again if a transfer is interrupted', async () => {
    const { path: etcd } = mirror.file('etcd');
    mirror.answers.set(etcd, 'cut');
    mirror.cuts = 2;
    assert.equal(await kubectlOf(), 'downloaded kubectl');
    assert.equal(mirror.requests.filter((request) => request === etcd).length, 3);
  });

  it('are neither used nor built if one has the wrong sum, and the error contains the URL and both sums', async () => {
    const { path: kubectl, sums } = mirror.file('kubectl');
    const right = mirror.sum('kubectl');
    mirror.answers.set(kubectl, Buffer.from('tampered'));
    await assert.rejects(ensure(), (error) => {
      assert.ok(error instanceof Error && error.name === 'ChecksumError');
      for (const part of [`${mirror.url}/${kubectl}`, right, sums, 'MOORING_KUBERNETES_MIRROR', '"none"']) {
        assert.ok(error.message.includes(part), part);
      }
      assert.match(error.message, /is d121be31\w+, but/);
      return true;
    });
    assert.deepEqual(await cached(), []);
  });

  it('are compared with the pinned sums, without a request for those of the origin', async () => {
    const { path: kubectl, sums } = mirror.file('kubectl');
    const pinned = { [kubectl]: mirror.sum('kubectl') };
    mirror.answers.set(sums, Buffer.from('0'.repeat(64)));
    await ensure({}, pinned);
    assert.ok(!mirror.requests.includes(sums));
  });

  it('are rejected if the pinned sum differs, also if the sum of the origin matches', async () => {
    await assert.rejects(ensure({}, { [mirror.file('etcd').path]: '0'.repeat(64) }), /checksums\.json says 0{64}/);
  });

  it('are downloaded again if a sum is pinned later', async () => {
    const first = await ensure();
    const { path: kubectl } = mirror.file('kubectl');
    assert.notEqual((await ensure({}, { [kubectl]: mirror.sum('kubectl') })).kubectl, first.kubectl);
  });

  it('are not considered complete if the process was killed during the download', async () => {
    mirror.answers.set(mirror.file('kubectl').path, 'hang');
    const environment = JSON.stringify({ PATH: path(), MOORING_KUBERNETES_MIRROR: mirror.url });
    const module = join(import.meta.dirname, '../../../../deploy/local/kubernetes/binaries.ts');
    const code = `import { ensureBinaries } from ${JSON.stringify(module)};
      const output = { print() {} };
      await ensureBinaries({ cache: ${JSON.stringify(join(folder, 'cache'))}, environment: ${environment}, output });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
    while (!mirror.requests.includes(mirror.file('kubectl').path)) await sleep(20);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.deepEqual((await cached()).map((name) => name.replace(/draft-.*/, 'draft')).toSorted(), [
      'release-#-all.draft',
      'release-#-all.lock',
    ]);
    mirror.answers.clear();
    assert.equal(await kubectlOf(), 'downloaded kubectl');
    assert.deepEqual(await cached(), ['release-#-all']);
  });

  for (const value of ['mirror.example.com', 'file:///srv', 'https://user:secret@mirror.example.com']) {
    it(`are not downloaded from ${value}, which is not a plain http or https URL`, async () => {
      await assert.rejects(ensure({ MOORING_KUBERNETES_MIRROR: value }), (error) => {
        return error instanceof Error && /"none" or an http/.test(error.message) && !error.message.includes('secret');
      });
    });
  }
});
