import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { manifestWorkReplicaSets, manifestWorks, replicaSetLabel } from '../../../src/api/ocm.ts';
import { collectionPath } from '../../../src/kube/client/resource-path.ts';
import { installedDefinition } from '../../support/controller-scene.ts';
import { refuse, reply, ScriptedApiServer, watching, type Reply } from '../../support/scripted-api-server.ts';

const MiB = 1024 * 1024;
const replicaSets = 20;
const clusters = 100;
const manifestsBytes = 50 * 1024;
/** The limit of the space for old objects. The manifests of all ManifestWorks have 98 MiB as text, and much more as objects. */
const heapMiB = 64;
/** What the controller may keep, with its code. */
const keptMiB = 48;

const worksPath = collectionPath(manifestWorks);
const controllerFile = join(import.meta.dirname, '..', '..', 'support', 'controller-process.ts');

/** The JSON text of a `spec.workload`. */
function workloadOf(set: number, edit: string): string {
  const components = Array.from({ length: manifestsBytes / 128 }, (_, index) => ({
    name: `SETTING_${index}`,
    value: `${set} ${edit} ${index} `.padEnd(96, 'of the workload '),
  }));
  const metadata = { namespace: 'shop', name: `workload-${set}` };
  return JSON.stringify({ manifests: [{ apiVersion: 'v1', kind: 'Workload', metadata, components }] });
}

/** A hub with ManifestWorkReplicaSets, and the ManifestWork of each on every cluster. On every tenth cluster they are outdated. */
class Fleet {
  readonly server = new ScriptedApiServer();
  #resourceVersion = '10';

  constructor() {
    const workloads = Array.from({ length: replicaSets }, (_, set) => ({
      newest: workloadOf(set, 'newest'),
      outdated: workloadOf(set, 'outdated'),
    }));
    const sets = workloads.map(({ newest }, set) => ({
      metadata: { namespace: 'hub', name: `set-${set}`, uid: `set-${set}`, resourceVersion: '1', generation: 2 },
      spec: { placementRefs: [{ name: 'all' }], manifestWorkTemplate: { workload: JSON.parse(newest) } },
    }));
    const works = Array.from({ length: replicaSets * clusters }, (_, index) => {
      const [set, cluster] = [index % replicaSets, Math.floor(index / replicaSets)];
      const workload = workloads[set]?.[cluster % 10 === 0 ? 'outdated' : 'newest'] ?? '';
      return { set, cluster: `cluster-${cluster}`, workload };
    });
    this.server
      .on(
        'GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/workloaddeployments.spectrocloud.com',
        reply(installedDefinition),
      )
      .on(`GET ${collectionPath(manifestWorkReplicaSets)}`, this.#list(sets.map((set) => () => JSON.stringify(set))))
      .on(`GET ${worksPath}`, this.#list(works.map((work) => () => textOf(work))))
      .otherwise((response, seen) => {
        if (seen.call.startsWith('GET ')) return this.#list([])(response, seen);
        if (!seen.call.startsWith('WATCH ')) return refuse(403, 'Forbidden')(response, seen);
        const isExpired = seen.query['resourceVersion'] !== this.#resourceVersion;
        return (isExpired ? refuse(410, 'Expired') : watching())(response, seen);
      });
  }

  /** Cuts all watches at once. None of them can continue where it was. */
  cutAllWatches(): void {
    this.#resourceVersion = '20';
    this.server.cutAll();
  }

  /** Resolves when all ManifestWorks were listed, and are watched from there. */
  async listed(): Promise<void> {
    for (let count = 1; ; count++) {
      const { query } = await this.server.called(`WATCH ${worksPath}`, count);
      if (query['resourceVersion'] === this.#resourceVersion) return;
    }
  }

  /** A list in pages. The continue token is the number of the first item. */
  #list(items: (() => string)[]): Reply {
    return (response, { query }) => {
      const start = Number(query['continue'] ?? 0);
      const end = start + Number(query['limit'] ?? items.length);
      const next = end < items.length ? String(end) : '';
      const metadata = JSON.stringify({ resourceVersion: this.#resourceVersion, continue: next });
      const found = items.slice(start, end).map((print) => print());
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(`{"kind":"List","apiVersion":"v1","metadata":${metadata},"items":[${found.join()}]}`);
    };
  }
}

/** The JSON text of a ManifestWork, with the status that a work agent reports. */
function textOf({ set, cluster, workload }: { set: number; cluster: string; workload: string }): string {
  const condition = (type: string) => ({
    type,
    status: 'True',
    reason: 'AppliedManifestWorkComplete',
    message: 'done',
  });
  const conditions = [condition('Applied'), condition('Available')];
  const metadata = {
    namespace: cluster,
    name: `set-${set}`,
    uid: `${cluster} ${set}`,
    resourceVersion: '1',
    generation: 1,
    labels: { [replicaSetLabel]: `hub.set-${set}` },
  };
  const resourceMeta = { ordinal: 0, group: '', version: 'v1', kind: 'Workload', name: `workload-${set}` };
  const status = { conditions, resourceStatus: { manifests: [{ resourceMeta, conditions }] } };
  return `{"metadata":${JSON.stringify(metadata)},"spec":{"workload":${workload}},"status":${JSON.stringify(status)}}`;
}

describe(`a controller with a heap of ${heapMiB} MiB on a hub with ${replicaSets * clusters} ManifestWorks of 50 KiB`, function () {
  this.timeout(120_000);
  const fleet = new Fleet();
  let folder: string;
  let controller: ChildProcess;
  /** Resolves with the last errors of the controller when it has ended. */
  let ended: Promise<string>;
  let bytesKept: () => Promise<number>;

  before(async () => {
    await fleet.server.start();
    folder = await mkdtemp(join(tmpdir(), 'mooring-fleet-'));
    const kubeconfig = join(folder, 'config');
    const content = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: fleet.server.url } }],
      users: [{ name: 'u', user: { token: 'secret' } }],
    };
    await writeFile(kubeconfig, JSON.stringify(content));
    const args = ['--expose-gc', `--max-old-space-size=${heapMiB}`, '--max-semi-space-size=4', controllerFile];
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    controller = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let errors = '';
    controller.stderr?.setEncoding('utf8').on('data', (text) => (errors += text));
    ended = once(controller, 'exit').then(() => `it has ended: ${errors.slice(-2000)}`);
    const lines = createInterface(controller.stdout ?? assert.fail())[Symbol.asyncIterator]();
    bytesKept = async () => {
      controller.stdin?.write('\n');
      const { value } = await lines.next();
      return Number(value);
    };
  });
  after(async () => {
    controller.kill('SIGKILL');
    await fleet.server.stop();
    await rm(folder, { recursive: true });
  });

  const listsAll = async () => {
    assert.equal(await Promise.race([fleet.listed().then(() => 'listed'), ended]), 'listed');
    const kept = await bytesKept();
    assert.ok(kept < keptMiB * MiB, `it keeps ${(kept / MiB).toFixed(1)} MiB`);
  };

  it('starts, and does not keep the manifests of each ManifestWork', listsAll);

  it('goes on when all watches are cut at once, and no watch can continue', async () => {
    fleet.cutAllWatches();
    await listsAll();
  });
});
