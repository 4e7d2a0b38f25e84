// Installs the packages of package-lock.json unless node_modules already has them. npm runs this before `start`, `test` and
// `check`. It is plain JavaScript without imports of packages, because on a fresh clone only the Node of the machine is there,
// which may be too old for TypeScript; the Node that runs TypeScript is one of the packages.
import { spawn } from 'node:child_process';
import { access, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('..', import.meta.url));
const modules = join(top, 'node_modules');
// npm's record of what it installed. `npm ci` writes it last, so an installation that was interrupted has none.
const record = join(modules, '.package-lock.json');
// Contains the pid of the run that installs. It is not in node_modules, because `npm ci` empties that folder.
const lock = join(top, '.local', 'install.lock');

// The Node that runs everything else; an install script of its package fetches it.
const node = join(modules, '.bin', 'node');

/** Why the packages must be installed, or undefined. Contents are compared, because git sets new times on a checkout. */
async function reasonToInstall() {
  if (!(await exists(modules))) return 'node_modules is missing';
  const installed = await readPackages(record);
  if (installed === undefined) return 'node_modules is incomplete';
  const locked = await readPackages(join(top, 'package-lock.json'));
  if (locked === undefined) return 'package-lock.json cannot be read'; // npm says what is wrong with it
  for (const [path, { version, integrity, optional, devOptional }] of Object.entries(locked)) {
    if (path === '') continue; // this project
    const found = installed[path];
    if (found === undefined) {
      if (optional || devOptional) continue; // npm leaves out packages for other platforms
      return `${path} is missing`;
    }
    if (found.version !== version || found.integrity !== integrity)
      return `${path} is not the one in package-lock.json`;
  }
  if (!(await exists(node))) return 'node_modules/.bin/node is missing';
  return undefined;
}

const trueOrFalse = [() => true, () => false];

async function exists(path) {
  return access(path).then(...trueOrFalse);
}

async function readPackages(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** The npm that runs this script, so that both are the same version; else the one on the path. */
function npmCommand({ npm_execpath: npm = '', npm_node_execpath: runtime = process.execPath }) {
  // Other package managers set this variable too. The Node that runs npm is preferred: ours may be in node_modules.
  return /^npm-cli\.[cm]?js$/.test(basename(npm)) ? [runtime, npm] : ['npm'];
}

/** Runs `npm ci` with its output on ours, and gives its exit code. */
async function install() {
  // An installation that is killed while it empties node_modules must be repeated by the next run.
  await rm(record, { force: true });
  const [program, ...words] = npmCommand(process.env);
  // Development dependencies are needed even where NODE_ENV is "production".
  const child = spawn(program, [...words, 'ci', '--include=dev'], { cwd: top, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** Runs `work` while no other run of this script installs. A lock whose process has ended is stale. */
async function withLock(work) {
  await mkdir(dirname(lock), { recursive: true, mode: 0o700 });
  let isReported = false;
  for (let holder = await acquire(); holder !== undefined; holder = await acquire()) {
    if (!isReported)
      process.stdout.write(
        `Process ${holder} installs dependencies already; waiting for it. If it is another program, delete ${lock} ...\n`,
      );
    isReported = true;
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Undefined if the lock was acquired, else the pid of its holder. */
async function acquire() {
  for (;;) {
    const draft = `${lock}.${process.pid}.draft`;
    await writeFile(draft, `${process.pid}\n`);
    const isAcquired = await linkUnlessPresent(draft, lock);
    await rm(draft, { force: true });
    if (isAcquired) return undefined;
    const content = await readFile(lock, 'utf8').catch(() => undefined);
    if (content === undefined) continue; // it was released in the meantime
    // A container reuses pids: an earlier run with the pid of this one has ended.
    if (Number(content) !== process.pid && isRunning(Number(content))) return Number(content);
    // The rename is atomic: if another run was quicker to replace the stale lock, its lock is put back.
    const aside = `${lock}.stale.${process.pid}.draft`;
    if (!(await rename(lock, aside).then(...trueOrFalse))) continue;
    if ((await readFile(aside, 'utf8')) !== content) await linkUnlessPresent(aside, lock);
    await rm(aside, { force: true });
  }
}

async function linkUnlessPresent(from, to) {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    // ENOENT: `npm run hub -- up` removes the drafts in .local.
    if (error.code === 'EEXIST' || error.code === 'ENOENT') return false;
    throw error;
  }
}

function isRunning(pid) {
  if (!(pid > 0)) return false; // the number 0 and numbers below it mean groups of processes
  try {
    process.kill(pid, 0); // sends nothing
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // another user's
  }
}

async function main() {
  if ((await reasonToInstall()) === undefined) return 0;
  return withLock(installUnlessDone);
}

async function installUnlessDone() {
  const reason = await reasonToInstall();
  if (reason === undefined) return 0; // another run has installed them
  process.stdout.write(`Installing dependencies (${reason}) ...\n`);
  let code;
  try {
    code = await install();
  } catch (error) {
    process.stderr.write(`Dependencies were not installed: npm cannot be started: ${error.message}\n`);
    return 1;
  }
  if (code !== 0) {
    process.stderr.write(
      `Dependencies were not installed: npm ci ended with exit code ${code}, see its messages above. ` +
        'It needs the npm registry or a filled npm cache. The next run tries again.\n',
    );
    return code;
  }
  if (await exists(node)) return 0;
  process.stderr.write(
    'npm ci succeeded without node_modules/.bin/node: does the npm configuration forbid install scripts?\n',
  );
  return 1;
}

process.exitCode = await main();
