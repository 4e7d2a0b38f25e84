// Installs the packages of package-lock.json unless node_modules already has them. npm runs this before `start`, `test` and
// `check`. It is plain JavaScript without imports of packages, because on a fresh clone only the Node of the machine is there,
// which may be too old for TypeScript; the Node that runs TypeScript is one of the packages.
import { spawn } from 'node:child_process';
import { access, readFile, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('..', import.meta.url));
const modules = join(top, 'node_modules');
// npm's record of what it installed. `npm ci` writes it last, so an installation that was interrupted has none.
const record = join(modules, '.package-lock.json');

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

async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
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

async function main() {
  const reason = await reasonToInstall();
  if (reason === undefined) return 0;
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
