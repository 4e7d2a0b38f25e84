import { setTimeout as sleep } from 'node:timers/promises';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { environments, workloadDeployments, workloadProfiles } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { manifestWorkReplicaSets } from '../../src/api/ocm.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { createController } from '../../src/controller/controller.ts';
import { finalizer } from '../../src/domain/annotations.ts';
import { identityMetadata } from '../../src/domain/render/render-identity.ts';
import { defaultRenderSettings } from '../../src/domain/render/workload-render.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { stubBuiltins } from '../support/catalog.ts';
import { installedDefinition, simpleRender } from '../support/controller-scene.ts';
import { stampedAs } from '../support/facts.ts';
import { aReplicaSet } from '../support/hub-objects.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { createMemoryClient, type MemoryClient } from '../support/memory-client.ts';

/**
 * Measures the time from the creation of a deployment until its ManifestWorkReplicaSet is on the hub: without and with 1000
 * deleted deployments of another namespace that wait for a spoke that does not answer. Prints both and their ratio. The API
 * server is in memory, and each call takes 10 ms.
 */
const waiting = [0, 1000] as const;
const rounds = 40;
const pauseMs = 200;
const latencyMs = 10;
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** A deployment that is being deleted, and its ManifestWorkReplicaSet, which OCM does not release. */
function terminating(index: number): [Resource, KubeObject][] {
  const name = `gone-${index}`;
  const made = deployment('tenant', { name, spokeNamespace: name });
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  const identity = {
    environment: { namespace: 'tenant', name: 'primary', revision: 1 },
    deployment: { namespace: 'tenant', name },
  };
  const replicaSet = aReplicaSet();
  return [
    [workloadDeployments, { ...made, metadata: { ...made.metadata, deletionTimestamp, finalizers: [finalizer] } }],
    [
      manifestWorkReplicaSets,
      {
        ...replicaSet,
        metadata: {
          ...replicaSet.metadata,
          ...identityMetadata(identity, sha256),
          name,
          uid: name,
          deletionTimestamp,
          finalizers: ['work.open-cluster-management.io/manifest-work-cleanup'],
        },
      },
    ],
  ];
}

function withLatency(client: MemoryClient): MemoryClient {
  const slow = async <T>(call: () => Promise<T>): Promise<T> => {
    await sleep(latencyMs);
    return call();
  };
  return {
    ...client,
    get: (...args) => slow(() => client.get(...args)),
    list: (...args) => slow(() => client.list(...args)),
    create: (...args) => slow(() => client.create(...args)),
    apply: (...args) => slow(() => client.apply(...args)),
    patch: (...args) => slow(() => client.patch(...args)),
    delete: (...args) => slow(() => client.delete(...args)),
  };
}

/** The times until a new deployment of namespace `victim` is applied, in ms, sorted, and the lists per second. */
async function measure(count: number): Promise<{ times: number[]; listsPerSecond: number }> {
  const memory = createMemoryClient([
    ...['tenant', 'victim'].flatMap((namespace): [Resource, KubeObject][] => [
      [environments, stampedAs(environment(namespace), 1)],
      [workloadProfiles, stampedAs(profile(namespace), 1)],
    ]),
    ...Array.from({ length: count }, (_, index) => terminating(index)).flat(),
    [customResourceDefinitions, installedDefinition],
  ]);
  const slow = withLatency(memory);
  let lists = 0;
  const client: MemoryClient = {
    ...slow,
    list: (...args) => {
      lists += 1;
      return slow.list(...args);
    },
  };
  const controller = createController({
    client,
    severities: {},
    protectedNamespaces: [],
    tools: {
      topologies: {
        render: (_template, parameter, { workloadYamls }) =>
          Promise.resolve({ ok: true, objects: simpleRender(parameter, workloadYamls) }),
      },
      settings: { ...defaultRenderSettings, sharedHubNamespaces: ['hub'] },
      hash: sha256,
    },
    builtins: stubBuiltins,
    systemNamespace: 'mural-system',
    log: createLog('silent', 'bench'),
    metrics: createMetrics({ now: Date.now, defaults: false }),
    historyLimit: 20,
    retireForMs: 60_000,
    evictAfterMs: 3_600_000,
    reservationMs: 300_000,
    orphanGraceMs: 0,
    now: Date.now,
  });
  const stopping = new AbortController();
  const running = Promise.all([controller.watch(stopping.signal), controller.lead(stopping.signal)]);
  while (controller.whyNotReady().length > 0) await sleep(5);
  const began = performance.now();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = `new-${round}`;
    const start = performance.now();
    await memory.create(workloadDeployments, deployment('victim', { name, spokeNamespace: name }));
    const isApplied = () =>
      memory.writes.some(({ resource, body }) => resource === manifestWorkReplicaSets.plural && nameOf(body) === name);
    while (!isApplied()) await sleep(2);
    times.push(performance.now() - start);
    memory.writes.splice(0);
    await sleep(pauseMs);
  }
  const listsPerSecond = (lists * 1000) / (performance.now() - began);
  stopping.abort();
  await running;
  return { times: times.toSorted((left, right) => left - right), listsPerSecond };
}

/** The deployment that a written object belongs to. */
function nameOf(body: unknown): string | undefined {
  const { metadata } = body as KubeObject;
  return metadata.annotations?.['spectrocloud.com/deployment']?.split('/')[1];
}

const medians: number[] = [];
const longest: number[] = [];
for (const count of waiting) {
  const { times, listsPerSecond } = await measure(count);
  const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
  medians.push(median);
  longest.push(times.at(-1) ?? Number.NaN);
  print(
    `${count} deletions wait: median ${median.toFixed(0)} ms, longest ${(times.at(-1) ?? 0).toFixed(0)} ms, ${listsPerSecond.toFixed(0)} lists/s`,
  );
}
const [quiet = 1, busy = 0] = medians;
const [, slowest = 0] = longest;
print(`ratio of the medians ${(busy / quiet).toFixed(2)}; the longest delay is ${(slowest - quiet).toFixed(0)} ms`);
process.exitCode = slowest - quiet < 2000 ? 0 : 1;
