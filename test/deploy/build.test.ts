import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildProgram } from '../../deploy/build.ts';
import { run } from '../support/hub.ts';
import { cueModule } from '../topology/cue-module.ts';

const top = join(import.meta.dirname, '..', '..');
const example = join(top, 'deploy', 'local', 'examples', 'complete.yaml');
const source = join(top, 'src', 'main.ts');

describe('the program as it is shipped', function () {
  this.timeout(120_000);
  let folder: string;
  let program: string;
  let outputs: Awaited<ReturnType<typeof buildProgram>>;

  const runProgram = (file: string, args: readonly string[]) => run(process.execPath, [file, ...args], '');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-build-'));
    program = join(folder, 'dist', 'mooring.js');
    outputs = await buildProgram(join(folder, 'dist'));
  });

  after(() => rm(folder, { recursive: true }));

  it('lies where no package can be found', () => {
    assert.throws(() => findPackageJSON('commander', pathToFileURL(program)), { code: 'ERR_MODULE_NOT_FOUND' });
  });

  const commandLines: { args: string[]; code: number; why: string }[] = [
    { args: ['help'], code: 0, why: 'help' },
    { args: ['--version'], code: 0, why: 'the version' },
    { args: ['serve', 'controller', '--help'], code: 0, why: 'the help of a role' },
    { args: ['completion', 'bash'], code: 0, why: 'the command is loaded when it runs' },
    { args: ['render', example], code: 0, why: 'the built-in topologies, the CUE engine and its thread' },
    { args: ['check', '-o', 'json', example], code: 0, why: 'the decisions of the webhook' },
    {
      args: ['check', '--rule', 'InUse=deny', '--delete', 'env/hello-universe/primary', '--state', example],
      code: 1,
      why: 'a refusal',
    },
    { args: ['chek'], code: 2, why: 'an error' },
    {
      args: ['history', 'env', 'primary', '--kubeconfig', join(top, 'none')],
      code: 1,
      why: 'the client of the API server is loaded',
    },
  ];
  for (const { args, code, why } of commandLines) {
    it(`does the same as the sources for "${args.join(' ').replaceAll(top, '')}": ${why}`, async () => {
      const shipped = await runProgram(program, args);
      assert.deepEqual(shipped, await runProgram(source, args));
      assert.equal(shipped.code, code);
    });
  }

  for (const role of ['webhook', 'controller', 'aggregator']) {
    it(`loads the ${role}`, async () => {
      const { code, stderr } = await runProgram(program, ['serve', role, '--kubeconfig', join(folder, 'none')]);
      assert.equal(code, 2);
      assert.match(stderr, /^mooring: kubeconfig: ENOENT: [^\n]*none'\n$/);
    });
  }

  it('loads neither the client of the API server nor the rules, the schemas or the CUE engine for help', () => {
    const sources = loadedSources(relative(top, program), outputs);
    assert.ok(sources.includes('src/cli/command-line/program.ts'));
    // Names are constants without imports; everything else of api is schemas.
    const heavy = /^(?:src\/(?:kube|topology|domain|api\/(?!names\.ts)|config)|node_modules\/(?!commander\/))/;
    assert.deepEqual(
      sources.filter((path) => heavy.test(path)),
      [],
    );
  });

  it('is a plugin of kubectl under another name', async () => {
    const plugin = join(folder, 'kubectl-mooring');
    await symlink(program, plugin);
    const { stdout } = await runProgram(plugin, ['check', '--help']);
    assert.match(stdout, /^Usage: kubectl mooring check /);
  });

  it('names functions and files in stack traces', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    const cluster = { server: 'https://127.0.0.1:1' };
    const contexts = [{ name: 'c', context: { cluster: 'c' } }];
    await writeFile(
      kubeconfig,
      JSON.stringify({ 'current-context': 'c', contexts, clusters: [{ name: 'c', cluster }] }),
    );
    const args = ['serve', 'webhook', '--kubeconfig', kubeconfig, '--health-port', '9099', '--cue-module', 'none'];
    const { stderr } = await runProgram(program, args);
    assert.match(stderr, /at async createTopologyEngine \(file:.*\/lib\/[\w-]+\.js:\d+:\d+\)/);
  });

  it('finds the CUE engine that is shipped with it, without a flag and without Go', async () => {
    await copyFile(await cueModule(), join(folder, 'dist', 'lib', 'cue.wasm'));
    const env = { PATH: folder, XDG_CACHE_HOME: join(folder, 'empty') };
    const { status, stderr } = spawnSync(process.execPath, [program, 'render', example], { env, encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
  });

  it('carries the licenses of the packages in it', async () => {
    const text = await readFile(join(folder, 'dist', 'LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'express', 'node-forge', 'pino', 'yaml']) {
      assert.match(text, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    }
    assert.match(text, /Permission is hereby granted/);
  });
});

/** The sources of a file of the program, and of all that it imports at once. */
function loadedSources(
  file: string,
  outputs: Awaited<ReturnType<typeof buildProgram>>,
  seen = new Set<string>(),
): string[] {
  const output = outputs[file];
  if (output === undefined || seen.has(file)) return [];
  seen.add(file);
  const imported = output.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
  return [...Object.keys(output.inputs), ...imported.flatMap((path) => loadedSources(path, outputs, seen))];
}
