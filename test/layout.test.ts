import assert from 'node:assert/strict';
import { access, glob, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { staleFiles } from '../deploy/generate.ts';

const top = join(import.meta.dirname, '..');

/** Source files without a test of their own, with the reason. */
const untested: Record<string, string> = {
  'src/main.ts': 'composition root: every end-to-end test runs it',
  'src/cli/command-line/command-context.ts': 'types only',
  'src/cli/command-line/completion-command.ts': 'the tests of run.ts run it',
  'src/cli/command-line/live-commands.ts': 'the tests of run.ts run it',
  'src/cli/command-line/offline-commands.ts': 'the tests of run.ts run it',
  'src/cli/command-line/program.ts': 'the tests of run.ts run it',
  'src/cli/command-line/serve-command.ts': 'the tests of run.ts run it',
  'src/cli/live/command-failed.ts': 'one class without behaviour',
  'src/cli/serve/role.ts': 'composition root: every end-to-end test runs it',
  'src/cli/serve/aggregator.ts': 'composition root: every end-to-end test runs it',
  'src/cli/serve/controller.ts': 'composition root: every end-to-end test runs it',
  'src/cli/serve/webhook.ts': 'composition root: every end-to-end test runs it',
  'src/cli/output/terminal.ts': 'types only',
  'src/usage-error.ts': 'one class without behaviour',
  'src/controller/field-manager.ts': 'one constant',
  'src/domain/admission/decision.ts': 'types only',
  'src/domain/admission/facts.ts': 'types only',
  'src/api/topology-context.ts': 'types only',
  'src/api/unchecked-object.ts': 'types only',
  'src/domain/refs/found-reference.ts': 'types only',
  'src/domain/revisions/definition.ts': 'types only',
  'src/catalog/store.ts': 'types only',
  'src/kube/client/requests.ts': 'types only',
  'src/kube/kubeconfig/access.ts': 'types only',
  'src/kube/kubeconfig/kube-config.ts': 'types only',
  'src/webhook/gather/context.ts': 'types only',
  'src/topology/topology-result.ts': 'types only',
  'src/topology/worker.ts': 'the entry of a thread: the tests of the evaluator run it',
};

/**
 * What each layer may import besides itself. Imports go down only, and the four roles never import each other. A layer is a file or
 * folder of `src`; `domain` is split into nine folders, and its own files (annotations, violations) lie below all of them.
 */
const ground = ['api', 'domain'];
const domainBelowStatus = [
  'domain/json',
  'domain/text',
  'domain/refs',
  'domain/overrides',
  'domain/spoke',
  'domain/revisions',
];
const domainFolders = [...domainBelowStatus, 'domain/render', 'domain/status', 'domain/admission'];
const foundation = ['kube', 'metrics', 'log', ...ground, ...domainFolders];
const roles = ['webhook', 'aggregator', 'controller', 'tls'];
const layers: Record<string, readonly string[]> = {
  main: ['cli'],
  cli: [...roles, 'offline', 'catalog', 'topology', 'config', 'usage-error', ...foundation],
  offline: ['webhook', 'catalog', 'topology', ...foundation],
  webhook: ['catalog', 'topology', ...foundation],
  aggregator: ['catalog', 'topology', ...foundation],
  controller: ['catalog', 'topology', ...foundation],
  tls: foundation,
  config: ['usage-error', ...ground, ...domainFolders],
  'usage-error': [],
  catalog: ['topology', ...foundation],
  topology: ['log', 'api'],
  kube: ['log', 'api'],
  metrics: ['api'],
  log: ['api'],
  'domain/admission': [...ground, ...domainBelowStatus, 'domain/render', 'domain/status'],
  'domain/status': [...ground, ...domainBelowStatus, 'domain/render'],
  'domain/render': [...ground, ...domainBelowStatus],
  'domain/revisions': [...ground, 'domain/json', 'domain/text', 'domain/refs', 'domain/overrides', 'domain/spoke'],
  'domain/spoke': [...ground, 'domain/json', 'domain/text', 'domain/refs'],
  'domain/overrides': [...ground, 'domain/json', 'domain/text'],
  'domain/refs': [...ground, 'domain/json', 'domain/text'],
  'domain/json': [...ground, 'domain/text'],
  'domain/text': ground,
  domain: ['api'],
  api: [],
};

/** Packages that have an owner, as the beginning of the paths that may import them. */
const owners: Record<string, readonly string[]> = {
  'node-forge': ['src/tls/'],
  express: ['src/webhook/http/app.ts'],
  undici: ['src/kube/client/', 'src/kube/oidc/renewal.ts'],
  'openid-client': ['src/kube/oidc/renewal.ts'],
  ajv: ['src/api/'],
  semver: ['src/domain/', 'src/api/'],
  'safe-stable-stringify': ['src/domain/json/canonical-json.ts'],
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
  lines: number;
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
      return {
        path,
        code,
        imports: imports.map((match) => match[1] ?? match[2] ?? match[3] ?? ''),
        lines: text.split('\n').length - 1,
      };
    }),
  );
}

/** `src/kube/client/list.ts` is in layer `kube`, `src/log.ts` in `log`, `src/domain/refs/uses.ts` in `domain/refs`. */
function layerOf(path: string): string {
  const [, first = '', second = '', ...rest] = path.split('/');
  return first === 'domain' && rest.length > 0 ? `${first}/${second}` : first.replace(/\.ts$/, '');
}

/** Whether a path lies in a folder that holds pure code. */
function isPure(path: string): boolean {
  return ['api', 'domain'].includes(layerOf(path).split('/')[0] ?? '');
}

function targetsOf({ path, imports }: Source): string[] {
  return imports.filter((name) => name.startsWith('.')).map((name) => join(dirname(path), name));
}

/** One import cycle as a list of paths that ends where it begins; empty where there is none. Type-only imports count. */
function findCycle(sources: readonly Source[]): string[] {
  const graph = new Map(sources.map((source) => [source.path, targetsOf(source)]));
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): string[] => {
    if (above.includes(path)) return [...above.slice(above.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const target of graph.get(path) ?? []) {
      const cycle = visit(target, [...above, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
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
      const source = path.replace(/^test\//, 'src/').replace(/\.test\.ts$/, '.ts');
      if (!(layerOf(source) in layers)) continue;
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

  it('imports downwards only, types included', () => {
    const wrong = sources.flatMap((source) => {
      const layer = layerOf(source.path);
      return targetsOf(source)
        .filter((target) => layerOf(target) !== layer && layers[layer]?.includes(layerOf(target)) !== true)
        .map((target) => `${source.path} imports ${target}`);
    });
    assert.deepEqual(wrong, []);
  });

  it('has no import cycle, types included', () => {
    assert.deepEqual(findCycle(sources), []);
  });

  it('finds a cycle that only types close', async () => {
    const typeImports = await read('test/samples/cycle/*.ts');
    assert.deepEqual(findCycle(typeImports), [
      'test/samples/cycle/first.ts',
      'test/samples/cycle/second.ts',
      'test/samples/cycle/first.ts',
    ]);
  });

  it('has at most 20 files directly in a folder, the folder of rules excepted', () => {
    const byFolder = Map.groupBy(sources, ({ path }) => dirname(path));
    const crowded = [...byFolder].filter(
      ([folder, files]) => files.length > 20 && folder !== 'src/domain/admission/rules',
    );
    assert.deepEqual(
      crowded.map(([folder, files]) => `${folder}: ${files.length} files`),
      [],
    );
  });

  it('has short files: the median is below 70 lines', () => {
    const lengths = sources.map(({ lines }) => lines).toSorted((left, right) => left - right);
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
    assert.ok(median < 70, `the median file has ${median} lines`);
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
    const doors = ['engine', 'caching-engine', 'topology-result', 'builtin', 'module'].map(
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
    const pure = sources.filter(({ path }) => isPure(path));
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

  it('parses JSON in src/api/json-text.ts only, because JSON.parse changes integers of 64 bits', () => {
    const found = sources.filter(({ code }) => /\bJSON\s*\.\s*parse\b/.test(code));
    assert.deepEqual(
      found.map(({ path }) => path),
      ['src/api/json-text.ts'],
    );
  });

  it('prints YAML in src/cli/output/yaml-text.ts only, because kubectl reads other YAML as other values', () => {
    const isPrinter = ({ code, imports }: Source) =>
      imports.includes('yaml') && /(?<!JSON\.)\bstringify\b|\bnew Document\b/.test(code);
    const found = sources.filter(isPrinter);
    assert.deepEqual(
      found.map(({ path }) => path),
      ['src/cli/output/yaml-text.ts'],
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
