import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { buildProgram } from '../deploy/build.ts';

const top = join(import.meta.dirname, '..');
const example = join(top, 'deploy', 'local', 'examples', 'complete.yaml');
const recorder = join(import.meta.dirname, 'support', 'record-loaded-modules.ts');

/** Code that only roles need. */
const ofRoles = [
  'express',
  'prom-client',
  'node-forge',
  'openid-client',
  'src/webhook/http',
  'src/aggregator',
  'src/tls',
];
/** Code that evaluates topologies. */
const engine = ['src/topology/engine.ts', 'src/topology/evaluator.ts', 'src/topology/worker.ts'];
/** The client of the API server. */
const client = ['undici', 'src/kube/client/client.ts'];

const commandLines: { args: string[]; code: number; loads: string[]; neverLoads: string[]; atMost?: number }[] = [
  {
    args: ['help'],
    code: 0,
    loads: ['commander', 'src/main.ts'],
    neverLoads: [...ofRoles, ...engine, ...client, 'ajv', 'typebox', 'yaml', 'pino', 'src/domain', 'src/catalog'],
    // Node's own modules included.
    atMost: 40,
  },
  {
    args: ['history', 'env', 'primary', '--kubeconfig', 'KUBECONFIG'],
    code: 1,
    loads: [...client, 'yaml', 'src/cli/history.ts'],
    neverLoads: [...ofRoles, ...engine, 'ajv', 'pino', 'src/domain/admission', 'src/offline'],
  },
  { args: ['check', example], code: 0, loads: ['ajv', ...engine.slice(0, 2)], neverLoads: [...ofRoles, ...client] },
  { args: ['render', example], code: 0, loads: engine.slice(0, 2), neverLoads: [...ofRoles, ...client] },
];

describe('the modules that a command loads', function () {
  this.timeout(120_000);
  let folder: string;
  let server: Server;
  let outputs: Awaited<ReturnType<typeof buildProgram>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-modules-'));
    outputs = await buildProgram(join(folder, 'dist'));
    // An API server that has no object.
    server = createServer((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"apiVersion":"v1","kind":"Status","status":"Failure","reason":"NotFound","code":404}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const kubeconfig = {
      'current-context': 'hub',
      contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'hub' } }],
      clusters: [{ name: 'hub', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'hub', user: { token: 'token' } }],
    };
    await writeFile(join(folder, 'KUBECONFIG'), JSON.stringify(kubeconfig));
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  /** The modules as `src/FILE` and names of packages; those of Node count, but are not named. */
  const loadedModules = async (program: string, args: readonly string[]) => {
    const list = join(folder, 'modules');
    const words = args.map((arg) => (arg === 'KUBECONFIG' ? join(folder, arg) : arg));
    const child = spawn(process.execPath, ['--import', recorder, program, ...words], {
      env: { ...process.env, MODULES_FILE: list },
      stdio: 'ignore',
    });
    const [code]: unknown[] = await once(child, 'exit');
    const urls = (await readFile(list, 'utf8')).split('\n');
    const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
    return { code, count: urls.length, sources: files.flatMap(sourcesOf) };
  };

  /** The sources of a module of the built program; a source itself otherwise. */
  const sourcesOf = (file: string): string[] => {
    const built = Object.keys(outputs).find((output) => basename(output) === basename(file));
    const sources = file.startsWith(folder) && built !== undefined ? Object.keys(outputs[built]?.inputs ?? {}) : [file];
    return sources.map((source) => {
      const name = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
      return name ?? source.replace(`${top}/`, '');
    });
  };

  for (const [kind, programOf] of [
    ['from its sources', () => join(top, 'src', 'main.ts')],
    ['as it is shipped', () => join(folder, 'dist', 'mooring.js')],
  ] as const) {
    for (const { args, code, loads, neverLoads, atMost } of commandLines) {
      it(`are those that "${args.slice(0, 1).join(' ')}" needs, ${kind}`, async () => {
        const loaded = await loadedModules(programOf(), args);
        assert.equal(loaded.code, code);
        const isLoaded = (wanted: string) =>
          loaded.sources.some((source) => source === wanted || source.startsWith(`${wanted}/`));
        assert.deepEqual(
          loads.filter((each) => !isLoaded(each)),
          [],
        );
        assert.deepEqual(neverLoads.filter(isLoaded), []);
        if (atMost !== undefined) assert.ok(loaded.count <= atMost, `${loaded.count} modules`);
      });
    }
  }
});
