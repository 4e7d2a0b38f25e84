import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildProgram } from '../../deploy/build.ts';
import { applyObjects, buildNamespace } from '../../deploy/local/hub/apply/apply.ts';
import { down } from '../../deploy/local/hub/down.ts';
import { listRunningProcesses } from '../../deploy/local/hub/processes/process-table.ts';
import { up } from '../../deploy/local/hub/up.ts';
import { environments } from '../../src/api/kinds.ts';
import { roles } from '../../src/api/names.ts';
import type { JsonObject } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, manifestWorks, replicaSetLabel } from '../../src/api/ocm.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { ocmEnvironment } from '../support/sample-objects.ts';
import { openScene } from './admission/hub-scene.ts';
import { inParallel } from './admission/in-parallel.ts';
import { recordResults } from './record.ts';

/**
 * Measures the resident memory of the three roles on an empty hub, and on a hub with many objects, some time after each has started
 * and is ready, with the program that pods run. `--share 0.01` creates a hundredth of the objects. `--record` writes the results to docs/performance.json.
 */
const { values } = parseArgs({
  options: {
    share: { type: 'string', default: '1' },
    settle: { type: 'string', default: '60' },
    directory: { type: 'string', default: join(import.meta.dirname, '..', '..', '.local', 'bench-memory') },
    record: { type: 'boolean', default: false },
  },
});
const share = Number(values.share);
const settleMs = Number(values.settle) * 1000;
const { directory } = values;
const counts = {
  deployments: Math.round(10_000 * share),
  environments: Math.round(1000 * share),
  works: Math.round(20_000 * share),
};
const workBytes = 50 * 1024;
const clusters = 100;
const namespace = 'bench-memory';
/** The roles run the program that is shipped. */
const program = join(directory, 'program', 'mooring.js');
/** The default quota of etcd, 2 GiB, is too small for the objects and their older states. */
const environment = { ...process.env, ETCD_QUOTA_BACKEND_BYTES: String(8 * 1024 ** 3) };
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Resident memory now and at its largest, in MiB. */
async function readMemory(pid: number): Promise<{ resident: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  return { resident: of('VmRSS'), peak: of('VmHWM') };
}

async function measure(title: string): Promise<JsonObject> {
  const hub = await up({ directory, environment, spokes: 0, program, print });
  await sleep(settleMs);
  const running = await listRunningProcesses(hub.directory);
  const measured: JsonObject = {};
  for (const role of roles) {
    const [first] = running.filter(({ name }) => name === role);
    if (first === undefined) throw new Error(`the ${role} does not run`);
    const memory = await readMemory(first.pid);
    measured[role] = memory;
    print(`${title}, ${role}: resident ${memory.resident.toFixed(0)} MiB, at most ${memory.peak.toFixed(0)} MiB`);
  }
  return measured;
}

/** Creates Environments, and ManifestWorkReplicaSets of other owners with a ManifestWork for each of 100 clusters. */
async function prepare(client: Client): Promise<void> {
  await applyObjects(client, [buildNamespace(namespace)]);
  const names = Array.from({ length: counts.environments }, (_, index) => `environment-${index}`);
  await inParallel(names, 16, (name) => client.create(environments, ocmEnvironment({ namespace, name })));
  print(`created ${counts.environments} Environments`);
  const clusterNames = Array.from({ length: clusters }, (_, index) => `bench-cluster-${index}`);
  await applyObjects(client, clusterNames.map(buildNamespace));
  const replicaSets = Array.from({ length: Math.ceil(counts.works / clusters) }, (_, index) => replicaSetOf(index));
  await inParallel(replicaSets, 4, async (replicaSet) => {
    await client.create(manifestWorkReplicaSets, replicaSet);
    await inParallel(clusterNames, 8, (cluster) => client.create(manifestWorks, workOf(replicaSet, cluster)));
  });
  print(`created ${replicaSets.length * clusters} ManifestWorks of ${workBytes / 1024} KiB`);
}

/** A ManifestWorkReplicaSet of another owner. Its Placement does not exist, so that the benchmark decides on its ManifestWorks. */
function replicaSetOf(index: number) {
  const name = `bench-${index}`;
  // As manifests do, it repeats words, and has values that occur once.
  const data = Object.fromEntries(
    Array.from({ length: 256 }, (_, line) => [
      `key-${line}`,
      `${randomBytes(40).toString('hex')}${'value '.repeat(18)}`,
    ]),
  );
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name }, data };
  return {
    apiVersion: 'work.open-cluster-management.io/v1alpha1',
    kind: 'ManifestWorkReplicaSet',
    metadata: { namespace, name },
    spec: { manifestWorkTemplate: { workload: { manifests: [configMap] } }, placementRefs: [{ name: 'none' }] },
  };
}

function workOf({ metadata, spec }: ReturnType<typeof replicaSetOf>, cluster: string) {
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: {
      namespace: cluster,
      name: metadata.name,
      labels: { [replicaSetLabel]: `${metadata.namespace}.${metadata.name}` },
    },
    spec: spec.manifestWorkTemplate,
  };
}

await buildProgram(dirname(program));
try {
  const idle = await measure('idle');
  await openScene({ directory, deployments: counts.deployments, prepare, print, program, environment });
  // The scene has stopped the controller and the aggregator; the next start reads all objects.
  const filled = await measure('with many objects');
  if (values.record) await recordResults({ memory: { counts, idle, filled } });
} finally {
  await down({ directory, purge: true, print });
}
