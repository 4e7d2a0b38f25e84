import { fork } from 'node:child_process';
import { once } from 'node:events';
import https from 'node:https';
import { KubeConfig as ClientNodeConfig, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import { workloadDeployments } from '../../src/api/kinds.ts';
import { apiVersionOf } from '../../src/api/object.ts';
import { createClient } from '../../src/kube/client/client.ts';
import type { KubeConfig } from '../../src/kube/kubeconfig/kube-config.ts';
import { createLog } from '../../src/log.ts';
import { localhostCertificate } from '../support/localhost-certificate.ts';

/**
 * Compares mooring's API client with the one of @kubernetes/client-node, against one HTTPS server on this machine: requests
 * per second of get, patch and list, and resident memory after a list of 10,000 objects. Prints ratios, mooring / client-node.
 */
const objectCount = 10_000;
const pageSize = 500;
const rounds = 7;
const concurrency = 8;
const namespace = 'bench';
const print = (line: string) => void process.stdout.write(`${line}\n`);
const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
const median = (values: number[]) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
const identity = { apiVersion: apiVersionOf(workloadDeployments), kind: workloadDeployments.kind };

interface Address {
  port: number;
  authority: string;
}

/** What is compared. `list` keeps all objects. */
interface Side {
  get(name: string): Promise<unknown>;
  patch(name: string): Promise<unknown>;
  list(): Promise<unknown[]>;
}

const sides: Record<string, (address: Address) => Side> = {
  mooring(address) {
    const client = createClient(configFor(address), { log: createLog('silent', 'bench'), userAgent: 'mooring/bench' });
    return {
      get: (name) => client.get(workloadDeployments, { namespace, name }),
      patch: (name) => client.patch(workloadDeployments, { namespace, name }, { spec: { changed: true } }),
      list: async () => (await client.list(workloadDeployments)).items,
    };
  },
  'client-node'({ port, authority }) {
    const config = new ClientNodeConfig();
    const cluster = {
      name: 'bench',
      server: `https://127.0.0.1:${port}`,
      caData: btoa(authority),
      skipTLSVerify: false,
    };
    config.loadFromClusterAndUser(cluster, { name: 'bench', token: 't' });
    const api = KubernetesObjectApi.makeApiClient(config);
    const { apiVersion, kind } = identity;
    const no = undefined;
    const listPage = (limit: number, token?: string) =>
      api.list(apiVersion, kind, no, no, no, no, no, no, limit, token);
    const head = (name: string) => ({ ...identity, metadata: { namespace, name } });
    return {
      get: (name) => api.read(head(name)),
      patch: (name) => {
        const patch = { ...head(name), spec: { changed: true } };
        return api.patch(patch, no, no, no, no, PatchStrategy.MergePatch);
      },
      async list() {
        const items: unknown[] = [];
        for (let offset = 0; offset < objectCount; offset += pageSize) {
          // It loses the continue token of a list of custom resources, so the token is computed here.
          const token = offset === 0 ? undefined : String(offset);
          const page = await listPage(pageSize, token);
          for (const item of page.items) items.push(item);
        }
        return items;
      },
    };
  },
};

function objectOf(index: number): object {
  const metadata = { namespace, name: `object-${index}`, uid: `uid-${index}`, resourceVersion: String(index) };
  return {
    ...identity,
    metadata,
    spec: { parameters: 'x'.repeat(200), list: Array.from({ length: 20 }, () => 'entry') },
  };
}

/** Runs in a process of its own: an API server with one custom resource, all of whose responses are prepared. */
function serve(): void {
  const { cert, key, authority } = localhostCertificate();
  const objects = Array.from({ length: objectCount }, (_, index) => objectOf(index));
  const one = JSON.stringify(objects[0]);
  const { plural, namespaced, kind } = workloadDeployments;
  const discovery = JSON.stringify({ resources: [{ name: plural, namespaced, kind }] });
  const pages = new Map<string, string>();
  for (let offset = 0; offset < objectCount; offset += pageSize) {
    const next = offset + pageSize < objectCount ? String(offset + pageSize) : '';
    const list = { ...identity, kind: `${kind}List`, metadata: { resourceVersion: '1', continue: next } };
    pages.set(String(offset), JSON.stringify({ ...list, items: objects.slice(offset, offset + pageSize) }));
  }
  const server = https.createServer({ cert, key }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const last = url.pathname.split('/').at(-1) ?? '';
    const page = last === plural ? pages.get(url.searchParams.get('continue') ?? '0') : undefined;
    request.resume().on('end', () => {
      response.setHeader('Content-Type', 'application/json');
      response.end(page ?? (last.startsWith('object-') ? one : discovery));
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.({ port: typeof address === 'object' ? address?.port : undefined, authority });
  });
}

function configFor({ port, authority }: Address): KubeConfig {
  return {
    context: 'bench',
    namespace,
    cluster: {
      name: 'bench',
      server: `https://127.0.0.1:${port}`,
      certificateAuthorityData: Buffer.from(authority),
      insecureSkipTlsVerify: false,
      disableCompression: false,
    },
    user: { name: 'bench', token: 't' },
    environment: {},
  };
}

/** Requests per second. */
async function throughput(run: (index: number) => Promise<unknown>, count: number): Promise<number> {
  const began = performance.now();
  let index = 0;
  const work = async () => {
    while (index < count) await run((index += 1));
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
  return (count / (performance.now() - began)) * 1000;
}

function sideOf(name: string, address: Address): Side {
  const create = sides[name];
  if (create === undefined) throw new Error(`there is no side ${name}`);
  return create(address);
}

/** Resident memory of a process that holds the list. */
async function residentAfterList(name: string, address: Address): Promise<number> {
  const child = fork(import.meta.filename, ['list', name, JSON.stringify(address)]);
  const [message]: unknown[] = await once(child, 'message');
  await once(child, 'exit');
  return Number(message);
}

async function compare(): Promise<void> {
  const server = fork(import.meta.filename, ['serve']);
  const [address]: Address[] = await once(server, 'message');
  if (address === undefined) throw new Error('the server did not start');
  const measured = Object.keys(sides).map((name) => ({ name, side: sideOf(name, address) }));
  const cases: [verb: string, count: number, run: (side: Side, index: number) => Promise<unknown>][] = [
    ['get', 200, (side, index) => side.get(`object-${index}`)],
    ['patch', 200, (side, index) => side.patch(`object-${index}`)],
    ['list', 1, (side) => side.list()],
  ];
  for (const [verb, count, run] of cases) {
    const rates: number[][] = measured.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, { side }] of measured.entries()) {
        rates[index]?.push(await throughput((request) => run(side, request), count));
      }
    }
    report(`${verb}, per second`, rates.map(median), (rate) => rate.toFixed(1));
  }
  const memory: number[][] = measured.map(() => []);
  for (let round = 0; round < 3; round += 1) {
    for (const [index, { name }] of measured.entries()) memory[index]?.push(await residentAfterList(name, address));
  }
  report(`resident memory after a list of ${objectCount} objects`, memory.map(median), mib);
  server.kill();
}

function report(title: string, [ours = 0, theirs = 0]: number[], show: (value: number) => string): void {
  print(`${title}: mooring ${show(ours)}, client-node ${show(theirs)}; ratio ${(ours / theirs).toFixed(2)}`);
}

const [role, name = '', address = ''] = process.argv.slice(2);
if (role === 'serve') {
  serve();
} else if (role === 'list') {
  const parsed: Address = JSON.parse(address);
  const objects = await sideOf(name, parsed).list();
  process.send?.(process.memoryUsage().rss);
  if (objects.length !== objectCount) throw new Error(`the list has ${objects.length} objects`);
  process.disconnect();
} else {
  await compare();
}
