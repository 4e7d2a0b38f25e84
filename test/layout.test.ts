import assert from 'node:assert/strict';
import { access, glob, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { staleFiles } from '../deploy/generate.ts';

const top = join(import.meta.dirname, '..');

/** Source files without a test of their own, with the reason. */
const untested: Record<string, string> = {
  'src/main.ts': 'composition root: every end-to-end test runs it',
  'src/cli/command-failed.ts': 'one class without behaviour',
  'src/cli/role.ts': 'composition root: every end-to-end test runs it',
  'src/cli/serve.ts': 'composition root: every end-to-end test runs it',
  'src/cli/serve-aggregator.ts': 'composition root: every end-to-end test runs it',
  'src/cli/serve-controller.ts': 'composition root: every end-to-end test runs it',
  'src/cli/serve-webhook.ts': 'composition root: every end-to-end test runs it',
  'src/cli/terminal.ts': 'types only',
  'src/controller/field-manager.ts': 'one constant',
  'src/domain/decision.ts': 'types only',
  'src/domain/facts.ts': 'types only',
  'src/topology/topology-result.ts': 'types only',
  'src/topology/worker.ts': 'the entry of a thread: the tests of the evaluator run it',
};

/** What each layer may import besides itself: arrows go down only, and the four roles never see each other. */
const below = ['topology', 'kube', 'domain', 'metrics', 'log', 'lru', 'api'];
const layers: Record<string, readonly string[]> = {
  main: ['cli', 'config'],
  cli: ['webhook', 'aggregator', 'controller', 'tls', 'config', 'definitions', ...below],
  webhook: ['definitions', ...below],
  aggregator: ['definitions', ...below],
  controller: ['definitions', ...below],
  tls: ['definitions', ...below],
  config: ['domain', 'api'],
  definitions: ['kube', 'domain', 'log', 'lru', 'api'],
  topology: ['log', 'lru', 'api'],
  kube: ['log', 'api'],
  domain: ['api'],
  metrics: ['api'],
  log: ['api'],
  lru: [],
  api: [],
};

/** Packages that have an owner, as the beginning of the paths that may import them. */
const owners: Record<string, readonly string[]> = {
  'node-forge': ['src/tls/'],
  express: ['src/webhook/server.ts'],
  '@kubernetes/client-node': ['src/kube/'],
  ajv: ['src/api/'],
  semver: ['src/domain/', 'src/api/'],
};

/** What nothing pure may touch: time, chance, the process and the outside world. */
const impure =
  /\b(?:new Date\b|Date\.|Date\(|Math\.random|process\.|performance\.|crypto\.|fetch\(|console\.|setTimeout|setInterval|setImmediate|queueMicrotask|globalThis)/;

/** Names that say nothing of what a file is. */
const sayNothing = ['utils', 'util', 'helpers', 'helper', 'common', 'types', 'index', 'misc', 'shared'];

interface Source {
  path: string;
  /** The text without comments and quoted strings. */
  code: string;
  imports: string[];
}

async function pathsOf(pattern: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd: top })) paths.push(path);
  return paths.toSorted();
}

async function read(pattern: string): Promise<Source[]> {
  const paths = await pathsOf(pattern);
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(join(top, path), 'utf8');
      const imports = [
        ...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'|\bimport\(\s*'([^']+)'|^import '([^']+)'/gm),
      ];
      const code = text
        .replaceAll(/\/\*.*?\*\//gs, '')
        .replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''")
        .replaceAll(/(?:^|\s)\/\/.*$/gm, '');
      return { path, code, imports: imports.map((match) => match[1] ?? match[2] ?? match[3] ?? '') };
    }),
  );
}

/** `src/kube/client.ts` is in layer `kube`, `src/log.ts` in `log`. */
function layerOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

async function exists(path: string): Promise<boolean> {
  return access(join(top, path)).then(
    () => true,
    () => false,
  );
}

function mirrorOf(path: string): string {
  return path.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts');
}

const isBuiltin = (name: string) => name.startsWith('node:') || builtinModules.includes(name);
const isPackage = (name: string, owned: string) => name === owned || name.startsWith(`${owned}/`);

describe('the layout of the project', () => {
  let sources: Source[] = [];

  before(async () => {
    sources = await read('src/**/*.ts');
    assert.ok(sources.length > 100, 'the sources were found');
  });

  it('has a test beside every source file', async () => {
    const missing: string[] = [];
    for (const { path } of sources) {
      if (!(path in untested) && !(await exists(mirrorOf(path)))) missing.push(mirrorOf(path));
    }
    assert.deepEqual(missing, []);
  });

  it('excuses only files that are there and have no test', async () => {
    const excused = Object.keys(untested);
    const idle: string[] = [];
    for (const path of excused) if (!(await exists(path)) || (await exists(mirrorOf(path)))) idle.push(path);
    assert.deepEqual(idle, []);
  });

  it('has a source file for every test of a layer', async () => {
    const tests = await pathsOf('test/**/*.test.ts');
    const orphans: string[] = [];
    for (const path of tests) {
      if (!(layerOf(path).replace(/\.test$/, '') in layers)) continue;
      const source = path.replace(/^test\//, 'src/').replace(/\.test\.ts$/, '.ts');
      if (!(await exists(source))) orphans.push(path);
    }
    assert.deepEqual(orphans, []);
  });

  it('knows the layer of every source file', () => {
    assert.deepEqual(
      sources.filter(({ path }) => !(layerOf(path) in layers)).map(({ path }) => path),
      [],
    );
  });

  it('has arrows that go down only', () => {
    const wrong = sources.flatMap(({ path, imports }) => {
      const layer = layerOf(path);
      return imports
        .filter((name) => name.startsWith('.'))
        .map((name) => join(dirname(path), name))
        .filter((target) => layerOf(target) !== layer && layers[layer]?.includes(layerOf(target)) !== true)
        .map((target) => `${path} imports ${target}`);
    });
    assert.deepEqual(wrong, []);
  });

  it('imports nothing from outside of src but packages', () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith('.') && !join(dirname(path), name).startsWith('src/'))
        .map((name) => `${path} imports ${name}`),
    );
    assert.deepEqual(wrong, []);
  });

  for (const [owned, paths] of Object.entries(owners)) {
    it(`imports ${owned} in ${paths.join(' and ')} only`, () => {
      const users = sources.filter(({ imports }) => imports.some((name) => isPackage(name, owned)));
      const strangers = users.filter(({ path }) => !paths.some((prefix) => path.startsWith(prefix)));
      assert.deepEqual(
        strangers.map(({ path }) => path),
        [],
      );
      assert.ok(users.length > 0, 'a package that nobody imports needs no rule');
    });
  }

  it('leaves CUE to topology: others see its engine, its results, its built-ins and how it is built', () => {
    const doors = ['engine', 'remembering-engine', 'topology-result', 'builtin', 'module'].map(
      (name) => `src/topology/${name}.ts`,
    );
    const wrong = sources
      .filter(({ path }) => layerOf(path) !== 'topology')
      .flatMap(({ path, imports, code }) => [
        ...imports
          .filter((name) => name.startsWith('.'))
          .map((name) => join(dirname(path), name))
          .filter((target) => layerOf(target) === 'topology' && !doors.includes(target))
          .map((target) => `${path} imports ${target}`),
        ...(/WebAssembly|cuelang/.test(code) ? [`${path} names CUE's engine`] : []),
      ]);
    assert.deepEqual(wrong, []);
  });

  it('keeps domain and api pure: no part of Node, no time, no chance, no process', () => {
    const pure = sources.filter(({ path }) => ['domain', 'api'].includes(layerOf(path)));
    const wrong = pure.flatMap(({ path, imports, code }) => [
      ...imports.filter(isBuiltin).map((name) => `${path} imports ${name}`),
      ...[impure.exec(code)?.[0]].filter((found) => found !== undefined).map((found) => `${path} uses ${found}`),
    ]);
    assert.deepEqual(wrong, []);
  });

  it('reads the environment and exits in src/main.ts only', () => {
    const found = sources.filter(
      ({ code, imports }) =>
        /\bprocess\.(?:env|exit|argv)/.test(code) || imports.some((name) => /^(?:node:)?process$/.test(name)),
    );
    assert.deepEqual(
      found.map(({ path }) => path),
      ['src/main.ts'],
    );
  });

  it('has no file whose name says nothing', async () => {
    const all = [...sources, ...(await read('deploy/**/*.ts')), ...(await read('test/**/*.ts'))];
    const wrong = all.filter(({ path }) => {
      const [name = ''] = basename(path).split('.');
      return name.split('-').some((word) => sayNothing.includes(word));
    });
    assert.deepEqual(
      wrong.map(({ path }) => path),
      [],
    );
  });

  it('has no generated file that differs from what it is derived from', async () => {
    assert.deepEqual(await staleFiles(), [], 'run `npm run generate`');
  });
});
