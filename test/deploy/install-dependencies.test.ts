import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

const top = join(import.meta.dirname, '..', '..');
const script = join(top, 'deploy', 'install-dependencies.mjs');

const locked = {
  '': { version: '0.1.0' },
  'node_modules/node': { version: '24.0.0', integrity: 'sha512-node' },
  'node_modules/library': { version: '1.0.0', integrity: 'sha512-one' },
  'node_modules/only-on-windows': { version: '1.0.0', integrity: 'sha512-win', optional: true, os: ['win32'] },
};
type Packages = Record<string, { version: string; integrity?: string }>;

/** A program that replaces npm. It records its arguments, and then does what `$FAKE_NPM` says. */
const fakeNpm = `
const { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
const mode = process.env.FAKE_NPM;
if (mode === 'fails') { console.error('npm error network'); process.exitCode = 7; }
else if (mode === 'hangs') { console.log('npm runs'); setTimeout(() => {}, 60_000); }
else if (mode === 'waits') {
  console.log('npm runs');
  setInterval(() => { if (existsSync('go')) { install(); process.exit(); } }, 20);
} else install();
function install() {
  mkdirSync('node_modules/.bin', { recursive: true });
  if (mode !== 'runs no install scripts') writeFileSync('node_modules/.bin/node', '');
  writeFileSync('node_modules/.package-lock.json', readFileSync('package-lock.json'));
}
`;

describe('the installation of dependencies before npm start and npm test', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'install-'));
    await put('npm-cli.js', fakeNpm);
    await put('package-lock.json', JSON.stringify({ packages: locked }));
    await mkdir(join(folder, 'deploy'));
    await copyFile(script, join(folder, 'deploy', 'install-dependencies.mjs'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function put(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  async function putInstalled(packages: Packages): Promise<void> {
    await put('node_modules/.bin/node', '');
    await put('node_modules/.package-lock.json', JSON.stringify({ packages }));
  }
  const start = (fake: string, npm = join(folder, 'npm-cli.js')) =>
    spawn(process.execPath, [join(folder, 'deploy', 'install-dependencies.mjs')], {
      cwd: tmpdir(), // the script must find the folder of the project
      env: { FAKE_NPM: fake, npm_execpath: npm, PATH: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // so that a test can kill it together with npm
    });
  const calls = () => readFile(join(folder, 'calls'), 'utf8').catch(() => '');

  const { 'node_modules/library': library, ...withoutLibrary } = locked;
  const { 'node_modules/only-on-windows': _, ...onThisPlatform } = locked;
  const installations: { why: string; arrange: () => Promise<void>; reason: RegExp | undefined }[] = [
    { why: 'node_modules is missing', arrange: async () => {}, reason: /node_modules is missing/ },
    {
      why: 'an installation was interrupted, because npm writes its record last',
      arrange: () => put('node_modules/.bin/node', ''),
      reason: /incomplete/,
    },
    { why: 'a package is missing', arrange: () => putInstalled(withoutLibrary), reason: /library is missing/ },
    {
      why: 'a package has another version',
      arrange: () => putInstalled({ ...locked, 'node_modules/library': { ...library, version: '0.9.0' } }),
      reason: /library is not the one/,
    },
    {
      why: 'a package has the same version and another content',
      arrange: () => putInstalled({ ...locked, 'node_modules/library': { ...library, integrity: 'sha512-two' } }),
      reason: /library is not the one/,
    },
    {
      why: 'the Node that runs the project is missing',
      arrange: async () => {
        await putInstalled(locked);
        await rm(join(folder, 'node_modules/.bin/node'));
      },
      reason: /bin\/node is missing/,
    },
    { why: 'all packages are there', arrange: () => putInstalled(locked), reason: undefined },
    {
      why: 'only an optional package for another platform is missing',
      arrange: () => putInstalled(onThisPlatform),
      reason: undefined,
    },
    {
      why: 'package-lock.json is newer but the same, as after a checkout',
      arrange: async () => {
        await putInstalled(locked);
        await utimes(join(folder, 'package-lock.json'), new Date(), new Date(Date.now() + 60_000));
      },
      reason: undefined,
    },
  ];
  for (const { why, arrange, reason } of installations) {
    it(`${reason === undefined ? 'is skipped' : 'runs'} when ${why}`, async () => {
      await arrange();
      const [code, output] = await ended(start('succeeds'));
      assert.equal(code, 0, output);
      assert.equal(await calls(), reason === undefined ? '' : 'ci --include=dev\n');
      if (reason === undefined) assert.equal(output, '');
      else assert.match(output, new RegExp(`^Installing dependencies \\(.*${reason.source}.*\\) \\.\\.\\.\n$`));
    });
  }

  it('runs once when two processes start at the same time: the second one waits and then finds the packages', async () => {
    const [first, second] = await startTwo();
    await put('go', '');
    const [[firstCode], [secondCode, output]] = await Promise.all([ended(first), ended(second)]);
    assert.deepEqual([firstCode, secondCode], [0, 0]);
    assert.doesNotMatch(output, /Installing/);
    assert.equal(await calls(), 'ci --include=dev\n');
    assert.deepEqual(await readdir(join(folder, '.local')), []);
  });

  it('is repeated by the second process when the first one is killed together with npm', async () => {
    const [first, second] = await startTwo();
    assert.ok(first.pid);
    process.kill(-first.pid, 'SIGKILL');
    await put('go', '');
    assert.equal((await ended(second))[0], 0);
    assert.equal(await calls(), 'ci --include=dev\n'.repeat(2));
    assert.deepEqual(await readdir(join(folder, '.local')), []);
  });

  /** Starts two processes. In the first one npm waits for the file `go`, and the second one waits for the first one. */
  async function startTwo(): Promise<[ChildProcess, ChildProcess]> {
    const first = start('waits');
    await outputIncludes(first, 'npm runs');
    const second = start('waits');
    await outputIncludes(second, `Process ${first.pid} installs dependencies already`);
    return [first, second];
  }

  const staleLocks = [
    { content: '999999999\n', why: 'its process has ended' },
    { content: '0\n', why: 'it does not contain a pid' },
    { content: '', why: 'it is empty' },
  ];
  for (const { content, why } of staleLocks) {
    it(`takes over a lock when ${why}`, async () => {
      await put('.local/install.lock', content);
      assert.equal((await ended(start('succeeds')))[0], 0);
      assert.deepEqual(await readdir(join(folder, '.local')), []);
    });
  }

  it('takes over a lock with its own pid, which an earlier process had in another container', async () => {
    await mkdir(join(folder, '.local'));
    const copy = join(folder, 'deploy', 'install-dependencies.mjs');
    const run = spawn('/bin/sh', ['-c', 'echo $$ > .local/install.lock; exec "$0" "$1"', process.execPath, copy], {
      cwd: folder,
      env: { FAKE_NPM: 'succeeds', npm_execpath: join(folder, 'npm-cli.js'), PATH: folder },
    });
    assert.equal((await ended(run))[0], 0);
  });

  it('ends with the exit code and the messages of npm, and is repeated by the next run', async () => {
    await putInstalled(withoutLibrary);
    const [code, output] = await ended(start('fails'));
    assert.equal(code, 7);
    assert.match(output, /npm error network/);
    assert.match(output, /not installed: npm ci ended with exit code 7/);
    await ended(start('succeeds'));
    assert.equal(await calls(), 'ci --include=dev\n'.repeat(2));
  });

  it('passes a signal on to npm, and is repeated by the next run', async () => {
    await putInstalled(withoutLibrary);
    const run = start('hangs');
    await outputIncludes(run, 'npm runs');
    run.kill('SIGTERM');
    const [code] = await ended(run);
    assert.equal(code, 128 + 15);
    await assert.rejects(access(join(folder, 'node_modules/.package-lock.json')));
  });

  it('fails with a message when npm does not install Node', async () => {
    const [code, output] = await ended(start('runs no install scripts'));
    assert.equal(code, 1);
    assert.match(output, /forbid install scripts/);
  });

  for (const npm of ['', '/opt/yarn/bin/yarn.js']) {
    it(`uses the npm on the path when $npm_execpath is "${npm}"`, async () => {
      await put('npm', `#!/bin/sh\necho "path $*" >calls\nexit 3\n`);
      await chmod(join(folder, 'npm'), 0o755);
      assert.equal((await ended(start('succeeds', npm)))[0], 3);
      assert.equal(await calls(), 'path ci --include=dev\n');
    });
  }

  it('fails with a message when there is no npm', async () => {
    const [code, output] = await ended(start('succeeds', ''));
    assert.equal(code, 1);
    assert.match(output, /npm cannot be started/);
  });

  it('runs before the program, which gets the arguments and the Node that was installed', async () => {
    const project = JSON.parse(await readFile(join(top, 'package.json'), 'utf8')) as { scripts: object };
    const needed = { name: 'mooring', version: '0.1.0', devDependencies: { node: 'file:program' } };
    const program = { name: 'node', version: '24.0.0', bin: { node: 'node' } };
    await put('package.json', JSON.stringify({ ...needed, scripts: project.scripts }));
    await put('program/package.json', JSON.stringify(program));
    await put('program/node', '#!/bin/sh\necho "installed Node: $*"\nexit 5\n');
    const packages = { '': needed, program, 'node_modules/node': { resolved: 'program', link: true } };
    await put('package-lock.json', JSON.stringify({ ...needed, lockfileVersion: 3, packages }));
    const npm = spawn('npm', ['start', '--offline', '--', '--spokes', '3'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [code, output] = await ended(npm);
    assert.match(output, /Installing dependencies[^]*installed Node: deploy\/local\/hub\/start.ts --spokes 3/);
    assert.equal(code, 5);
  }).timeout(60_000);
});

/** Waits until a process has written `expected`. */
async function outputIncludes({ stdout }: ChildProcess, expected: string): Promise<void> {
  assert.ok(stdout);
  let output = '';
  const take = (chunk: Buffer) => (output += String(chunk));
  stdout.on('data', take);
  while (!output.includes(expected)) await once(stdout, 'data');
  stdout.off('data', take);
}

/** Waits until a process ends. Returns its exit code and its output. */
async function ended(child: ChildProcess): Promise<[number | null, string]> {
  assert.ok(child.stdout && child.stderr);
  const closed = once(child, 'close');
  const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  return [code, out + problems];
}
