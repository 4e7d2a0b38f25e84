/** OCM stand-in (local runs only): the work agent of one spoke, with OCM's intervals. */

import { isDeepStrictEqual } from 'node:util';
import { apiVersionOf } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { isNotFound } from '../../../../src/kube/client/errors.ts';
import { Informer } from '../../../../src/kube/cache/informer.ts';
import { runLoop } from '../../../../src/kube/queue/loop.ts';
import { WorkQueue } from '../../../../src/kube/queue/work-queue.ts';
import type { Log } from '../../../../src/log.ts';
import { applyWork, releaseWork, type AgentSides } from './apply-work.ts';
import { reportAvailability } from './availability.ts';
import { timestamp } from '../conditions.ts';
import { KindDirectory } from './kind-directory.ts';
import { addFinalizer, removeFinalizer, writeStatus } from '../object-write.ts';
import {
  appliedManifestWorks,
  appliedWorkFinalizer,
  manifestWorks,
  workFinalizer,
  type AppliedManifestWork,
  type ManifestWork,
} from '../work-kinds.ts';
import { deletingStatus, wasApplied } from './work-status.ts';

export interface WorkAgentOptions {
  /** Name of the ManagedCluster, which is its namespace on the hub. */
  cluster: string;
  hub: Client;
  spoke: Client;
  /** SHA-256 of the hub's address in hex; tells works of several hubs apart on one spoke. */
  hubHash: string;
  log: Log;
  clock: () => number;
  /** In [0, 1): spreads the resync. */
  random: () => number;
}

/** OCM applies again after 4 to 6 minutes, */
const resyncMs = 4 * 60_000;
/** looks at what is there every 10 to 19 seconds, */
const availabilityMs = 10_000;
/** and asks again soon about what is being deleted (there with a back-off from 5 ms to minutes). */
const pendingMs = 250;

export interface WorkAgent {
  /** Resolves when both sides were read once. */
  synced: Promise<void>;
  /** Runs until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** Starts nothing until `run`. */
export function createWorkAgent(options: WorkAgentOptions): WorkAgent {
  const { cluster, hub, spoke, hubHash, clock } = options;
  const log = options.log.child({ cluster });
  const works = new Informer<ManifestWork>({ client: hub, resource: manifestWorks, namespace: cluster, log });
  const records = new Informer<AppliedManifestWork>({ client: spoke, resource: appliedManifestWorks, log });
  const due = new WorkQueue();
  const toLookAt = new WorkQueue();
  works.subscribe(({ object, previous }) => {
    const { name } = object.metadata;
    toLookAt.add(name);
    if (previous !== undefined && isDeepStrictEqual(wishes(object), wishes(previous))) return;
    due.forget(name);
    due.add(name);
  });
  records.subscribe(({ type, object }) => {
    const leaving = type === 'deleted' || object.metadata.deletionTimestamp !== undefined;
    if (leaving && object.spec.hubHash === hubHash) due.add(object.spec.manifestWorkName);
  });

  const agent: Agent = { ...options, sides: { hub, spoke, kinds: new KindDirectory(spoke), clock } };
  const synced = Promise.all([works.synced, records.synced]).then(() => undefined);
  return {
    synced,
    async run(signal) {
      const watching = [works.run(signal), records.run(signal)];
      await synced;
      const loop = { log, signal };
      const find = (name: string): ManifestWork | undefined => works.get(cluster, name);
      await Promise.all([
        ...watching,
        runLoop({
          ...loop,
          name: 'work-agent',
          queue: due,
          workers: 4,
          reconcile: (name) => reconcile(agent, name, find(name)),
        }),
        runLoop({
          ...loop,
          name: 'work-agent-status',
          queue: toLookAt,
          workers: 2,
          reconcile: (name) => lookAt(agent, find(name)),
        }),
      ]);
    },
  };
}

type Agent = WorkAgentOptions & { sides: AgentSides };

async function lookAt(
  { sides, random }: Agent,
  work: ManifestWork | undefined,
): Promise<void | { requeueAfterMs: number }> {
  if (work === undefined || !wasApplied(work)) return;
  await reportAvailability(sides, work);
  return { requeueAfterMs: availabilityMs * (1 + 0.9 * random()) };
}

/** What in a work makes it due: status does not, because the agent itself writes that. */
function wishes({ metadata, spec }: ManifestWork): unknown {
  return [metadata.deletionTimestamp, metadata.finalizers, metadata.labels, spec];
}

async function reconcile(
  agent: Agent,
  name: string,
  cached: ManifestWork | undefined,
): Promise<void | { requeueAfterMs: number }> {
  const { hub, spoke, hubHash, sides, random } = agent;
  const record = await findRecord(spoke, `${hubHash}-${name}`);
  if (record?.metadata.deletionTimestamp !== undefined) {
    const empty = await releaseWork(sides, record);
    if (!empty) return { requeueAfterMs: pendingMs };
    await dropRecordFinalizer(spoke, `${hubHash}-${name}`);
    return; // the deletion of the record brings us back
  }
  // OCM evicts the record of a work that vanished without its finalizer an hour later; not here.
  if (cached === undefined) return;
  if (cached.metadata.deletionTimestamp !== undefined) return leave(agent, cached, record);

  const work = await addFinalizer(hub, manifestWorks, cached, workFinalizer);
  const { pending, problems } = await applyWork(sides, work, record ?? (await createRecord(agent, work)));
  if (problems.length > 0) throw new AggregateError(problems, problems.map(String).join('; '));
  return { requeueAfterMs: pending ? pendingMs : resyncMs * (1 + 0.5 * random()) };
}

/** The work may go only after its record, which goes only after everything that it owns. */
async function leave(
  { hub, spoke, clock }: WorkAgentOptions,
  work: ManifestWork,
  record: AppliedManifestWork | undefined,
): Promise<void> {
  if (record !== undefined) {
    await writeStatus(hub, manifestWorks, work, deletingStatus(work, timestamp(clock())));
    await spoke.delete(appliedManifestWorks, record.metadata);
    return; // the record's deletionTimestamp brings us back
  }
  await removeFinalizer(hub, manifestWorks, work, workFinalizer);
}

async function findRecord(spoke: Client, name: string): Promise<AppliedManifestWork | undefined> {
  try {
    return await spoke.get<AppliedManifestWork>(appliedManifestWorks, { name });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function createRecord({ spoke, hubHash, cluster }: WorkAgentOptions, work: ManifestWork): Promise<AppliedManifestWork> {
  const { name, labels = {} } = work.metadata;
  return spoke.create<AppliedManifestWork>(appliedManifestWorks, {
    apiVersion: apiVersionOf(appliedManifestWorks),
    kind: appliedManifestWorks.kind,
    metadata: { name: `${hubHash}-${name}`, labels, finalizers: [appliedWorkFinalizer] },
    spec: { hubHash, agentID: cluster, manifestWorkName: name },
  });
}

async function dropRecordFinalizer(spoke: Client, name: string): Promise<void> {
  const record = await findRecord(spoke, name);
  if (record !== undefined) await removeFinalizer(spoke, appliedManifestWorks, record, appliedWorkFinalizer);
}
