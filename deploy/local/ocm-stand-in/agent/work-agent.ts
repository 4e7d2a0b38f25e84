/** OCM stand-in (local runs only): the work agent of one spoke, with the intervals of OCM. */

import { isDeepStrictEqual } from 'node:util';
import { apiVersionOf } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { Informer } from '../../../../src/kube/cache/informer.ts';
import { runLoop } from '../../../../src/kube/queue/loop.ts';
import { WorkQueue } from '../../../../src/kube/queue/work-queue.ts';
import { getIfPresent } from '../../../../src/kube/client/get-if-present.ts';
import type { Log } from '../../../../src/log.ts';
import { applyWork, releaseWork, type AgentClients } from './apply-work.ts';
import { reportAvailability } from './availability.ts';
import { formatTime } from '../conditions.ts';
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
import { computeDeletingStatus, wasApplied } from './work-status.ts';

export interface WorkAgentOptions {
  /** Name of the ManagedCluster, which is its namespace on the hub. */
  cluster: string;
  hub: Client;
  spoke: Client;
  /** The SHA-256 sum of the hub's URL in hex. It tells the ManifestWorks of several hubs apart on one spoke. */
  hubHash: string;
  log: Log;
  now: () => number;
  /** Returns numbers in [0, 1), which spread the intervals. */
  random: () => number;
}

/** OCM applies a ManifestWork again after 4 to 6 minutes. */
const resyncMs = 4 * 60_000;
/** OCM checks the availability of resources every 10 to 19 seconds. */
const availabilityMs = 10_000;
/** How soon a resource that is being deleted is checked again. OCM has a backoff from 5 ms to minutes here. */
const pendingMs = 250;

/** The work agent of one spoke. It starts nothing before `run`. */
export class WorkAgent {
  /** Resolves when the caches of both sides are filled. */
  readonly synced: Promise<void>;
  readonly #options: WorkAgentOptions;
  readonly #clients: AgentClients;
  readonly #works: Informer<ManifestWork>;
  readonly #records: Informer<AppliedManifestWork>;
  readonly #applyQueue = new WorkQueue();
  readonly #availabilityQueue = new WorkQueue();

  constructor(options: WorkAgentOptions) {
    const { cluster, hub, spoke, now } = options;
    const log = options.log.child({ cluster });
    this.#options = { ...options, log };
    this.#clients = { hub, spoke, kinds: new KindDirectory(spoke), now };
    this.#works = new Informer({ client: hub, resource: manifestWorks, namespace: cluster, log });
    this.#records = new Informer({ client: spoke, resource: appliedManifestWorks, log });
    this.synced = Promise.all([this.#works.synced, this.#records.synced]).then(() => undefined);
    this.#works.subscribe(({ object, previous }) => this.#enqueueWork(object, previous));
    this.#records.subscribe(({ type, object }) => {
      const isTerminating = type === 'deleted' || object.metadata.deletionTimestamp !== undefined;
      if (isTerminating && object.spec.hubHash === options.hubHash) this.#applyQueue.add(object.spec.manifestWorkName);
    });
  }

  /** Runs until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const informers = [this.#works.run(signal), this.#records.run(signal)];
    await this.synced;
    const { log } = this.#options;
    await Promise.all([
      ...informers,
      runLoop({
        name: 'work-agent',
        queue: this.#applyQueue,
        workers: 4,
        reconcile: (name) => this.#reconcile(name),
        log,
        signal,
      }),
      runLoop({
        name: 'work-agent-status',
        queue: this.#availabilityQueue,
        workers: 2,
        reconcile: (name) => this.#updateAvailability(name),
        log,
        signal,
      }),
    ]);
  }

  #enqueueWork(work: ManifestWork, previous: ManifestWork | undefined): void {
    const { name } = work.metadata;
    this.#availabilityQueue.add(name);
    if (previous !== undefined && isDeepStrictEqual(pickAppliedFields(work), pickAppliedFields(previous))) return;
    this.#applyQueue.forget(name);
    this.#applyQueue.add(name);
  }

  async #updateAvailability(name: string): Promise<void | { requeueAfterMs: number }> {
    const { cluster, random } = this.#options;
    const work = this.#works.get(cluster, name);
    if (work === undefined || !wasApplied(work)) return;
    await reportAvailability(this.#clients, work);
    return { requeueAfterMs: availabilityMs * (1 + 0.9 * random()) };
  }

  async #reconcile(name: string): Promise<void | { requeueAfterMs: number }> {
    const { cluster, hub, spoke, hubHash, random } = this.#options;
    const cached = this.#works.get(cluster, name);
    const recordName = `${hubHash}-${name}`;
    const record = await getIfPresent<AppliedManifestWork>(spoke, appliedManifestWorks, { name: recordName });
    if (record?.metadata.deletionTimestamp !== undefined) {
      const isEmpty = await releaseWork(this.#clients, record);
      if (!isEmpty) return { requeueAfterMs: pendingMs };
      await removeRecordFinalizer(spoke, recordName);
      return; // the deletion of the record enqueues the work again
    }
    // OCM evicts the record of a ManifestWork that is gone without its finalizer after an hour. The stand-in does not.
    if (cached === undefined) return;
    if (cached.metadata.deletionTimestamp !== undefined) return deleteRecordOrFinalizer(this.#options, cached, record);

    const work = await addFinalizer(hub, manifestWorks, cached, workFinalizer);
    const applied = await applyWork(this.#clients, work, record ?? (await createRecord(this.#options, work)));
    const { pending, problems } = applied;
    if (problems.length > 0) throw new AggregateError(problems, problems.map(String).join('; '));
    return { requeueAfterMs: pending ? pendingMs : resyncMs * (1 + 0.5 * random()) };
  }
}

/** The fields whose change requires an apply. Status is not among them, because the agent writes it. */
function pickAppliedFields({ metadata, spec }: ManifestWork): unknown {
  return [metadata.deletionTimestamp, metadata.finalizers, metadata.labels, spec];
}

/** A ManifestWork is removed after its record, and the record after everything that it owns. This does the next step. */
async function deleteRecordOrFinalizer(
  { hub, spoke, now }: WorkAgentOptions,
  work: ManifestWork,
  record: AppliedManifestWork | undefined,
): Promise<void> {
  if (record !== undefined) {
    await writeStatus(hub, manifestWorks, work, computeDeletingStatus(work, formatTime(now())));
    await spoke.delete(appliedManifestWorks, record.metadata);
    return; // the deletionTimestamp of the record enqueues the work again
  }
  await removeFinalizer(hub, manifestWorks, work, workFinalizer);
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

async function removeRecordFinalizer(spoke: Client, name: string): Promise<void> {
  const record = await getIfPresent<AppliedManifestWork>(spoke, appliedManifestWorks, { name });
  if (record !== undefined) await removeFinalizer(spoke, appliedManifestWorks, record, appliedWorkFinalizer);
}
