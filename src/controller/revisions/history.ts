import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { apiVersionOf } from '../../api/object.ts';
import { isWithoutOwner } from '../../catalog/revision-records.ts';
import {
  restoredAnnotation,
  retiringAnnotation,
  revisionHashAnnotation,
  topologyRevisionAnnotation,
} from '../../domain/annotations.ts';
import type { History } from '../../domain/refs/resolution.ts';
import { countUsers, usedRevisions, type RevisionUses } from '../../domain/refs/used-revisions.ts';
import { historyLimits } from '../../domain/revisions/history-limits.ts';
import { publishedIn } from '../../domain/revisions/published-version.ts';
import { specSinceOf } from '../../domain/revisions/spec-since.ts';
import { requiredBytes, retention } from '../../domain/revisions/retention.ts';
import { readStamp } from '../../domain/revisions/revision.ts';
import type { RecordedRevision } from '../../catalog/stores/cached.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import type { Client } from '../../kube/client/client.ts';
import type { Log } from '../../log.ts';
import { fieldManager } from '../field-manager.ts';
import type { ControllerCaches } from '../caches.ts';
import { definitionKey, ownRevisions, type OwnRevision } from './own-revisions.ts';
import type { HistoryBudgets } from './history-budgets.ts';
import { cachedUses, liveUses } from './uses.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

export interface HistoryOptions {
  client: Client;
  caches: ControllerCaches;
  log: Log;
  systemNamespace: string;
  /** It is part of the labels of rendered objects. */
  hash: Hash;
  /** The bytes that the history of each object may have. */
  budgets: HistoryBudgets;
  /** How many of the newest revisions are retained; 0 retains all that the bytes allow. */
  limit: number;
  /** How long a revision is marked as retiring before it is deleted; longer than an admission request takes that started before. */
  retireForMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Writes the number of users of each revision, and prunes unused revisions. Returns ms until the next one can be deleted. */
export async function countAndPruneRevisions(
  kind: RevisionedKindName,
  definition: Definition,
  options: HistoryOptions,
): Promise<number | undefined> {
  const stamp = readStamp(definition.metadata);
  if (stamp === undefined) return undefined;
  const own = ownRevisions(kind, definition, options.caches);
  const history = historyFrom(definition, stamp.revision, own, options.hash);
  const users = await cachedUses(kind, definition, options.caches, options.systemNamespace);
  await writeUserCounts(own, countUsers(users.uses, history), options.client);
  await completeHashes(own, options.client);
  await completeTopologyStamp(definition, own, options.client);
  return prune(kind, definition, own, history, users, options);
}

function historyFrom(definition: Definition, newest: number, own: readonly OwnRevision[], hash: Hash): History {
  const version = definition.spec?.['version'];
  const recorded = own.map(({ known }) => known);
  const isRecorded = recorded.some(({ revision }) => revision === newest);
  const predecessor = recorded.find(({ revision }) => revision === newest - 1);
  return {
    ...publishedIn(definition),
    newest: {
      revision: newest,
      ...(typeof version === 'string' ? { version } : {}),
      // An edit that a quota does not let be recorded is tried again and again.
      ...(isRecorded ? {} : { specSince: specSinceOf(definition, newest, { hash, predecessor }) }),
    },
    recorded,
  };
}

async function writeUserCounts(
  own: readonly OwnRevision[],
  counts: Map<number, number>,
  client: Client,
): Promise<void> {
  for (const { object, known } of own) {
    const users = counts.get(known.revision) ?? 0;
    if (object.status?.users === users) continue;
    const { namespace, name, uid } = object.metadata;
    const body = {
      apiVersion: apiVersionOf(definitionRevisions),
      kind: definitionRevisions.kind,
      metadata: { namespace, name, uid },
      status: { users },
    };
    await client.apply(definitionRevisions, body, { fieldManager, subresource: 'status' });
  }
}

/** Adds the hash to the metadata of revisions that an early version of mooring has recorded. */
async function completeHashes(own: readonly OwnRevision[], client: Client): Promise<void> {
  for (const { object } of own) {
    if (object.hash === undefined) continue;
    const { namespace, name, resourceVersion = null } = object.metadata;
    const body = { metadata: { resourceVersion, annotations: { [revisionHashAnnotation]: object.hash } } };
    await client.patch(definitionRevisions, { namespace, name }, body);
  }
}

/** Adds the stamp of the topology to the newest revision of an Environment, if the topology was created after it was recorded. */
async function completeTopologyStamp(
  { metadata }: Definition,
  own: readonly OwnRevision[],
  client: Client,
): Promise<void> {
  const stamp = metadata.annotations?.[topologyRevisionAnnotation];
  const newest = own.find(({ known }) => known.revision === readStamp(metadata)?.revision);
  if (stamp === undefined || newest === undefined || newest.known.topologyStamp !== undefined) return;
  const { namespace, name, resourceVersion = null } = newest.object.metadata;
  const body = { metadata: { resourceVersion, annotations: { [topologyRevisionAnnotation]: stamp } } };
  await client.patch(definitionRevisions, { namespace, name }, body);
}

async function prune(
  kind: RevisionedKindName,
  definition: Definition,
  own: readonly OwnRevision[],
  history: History,
  users: RevisionUses,
  options: HistoryOptions,
): Promise<number | undefined> {
  const { client, budgets, limit, retireForMs, now, log } = options;
  const used = usedRevisions(users, history);
  const revisions = own.map(({ known, object }) => ({
    ...known,
    used: used.has(known.revision) || keptMs(object, now()) > 0,
  }));
  const bytes = budgets.budgetOf(definitionKey(kind, definition), requiredBytes(revisions, history.newest));
  const plan = retention(revisions, history.newest, { revisions: limit, lines: historyLimits.lines, bytes });
  for (const { object } of select(own, plan.retire)) await setRetiring(client, object, new Date(now()).toISOString());
  for (const { object } of select(own, plan.restore)) await setRetiring(client, object, null);
  const due = select(own, plan.expire).filter(({ object }) => msLeft(object, retireForMs, now()) <= 0);
  if (due.length > 0) {
    const stillUsed = usedRevisions(await liveUses(client, kind, definition, options), history);
    for (const { object, known } of due.filter((item) => !stillUsed.has(item.known.revision))) {
      // If its mark was removed meanwhile, the revision is in use again: a deletion of an earlier leader may arrive late.
      const { namespace, name, uid, resourceVersion } = object.metadata;
      await client.delete(definitionRevisions, { namespace, name }, { uid, resourceVersion });
      log.info({ kind, namespace, name: definition.metadata.name, revision: known.revision }, 'pruned');
    }
  }
  const kept = own.map(({ object }) => keptMs(object, now())).filter((ms) => ms > 0);
  const waits = [
    ...(kept.length === 0 ? [] : [Math.min(...kept)]),
    ...(plan.retire.length > 0 ? [retireForMs] : []),
    ...select(own, plan.expire).map(({ object }) => Math.max(msLeft(object, retireForMs, now()), 1000)),
  ];
  return waits.length === 0 ? undefined : Math.min(...waits);
}

/** How long restored revisions count as used: the objects that use them may be restored later. */
const keepRestoredMs = 60 * 60 * 1000;

/** Milliseconds until a restored revision may be pruned; 0 if it may be, or was not restored. */
function keptMs({ metadata }: RecordedRevision, now: number): number {
  if (isWithoutOwner(metadata)) return keepRestoredMs;
  const since = Date.parse(metadata.annotations?.[restoredAnnotation] ?? '');
  return Number.isNaN(since) ? 0 : Math.max(since + keepRestoredMs - now, 0);
}

function select(own: readonly OwnRevision[], revisions: readonly number[]): OwnRevision[] {
  return own.filter(({ known }) => revisions.includes(known.revision));
}

async function setRetiring(client: Client, { metadata }: RecordedRevision, value: string | null): Promise<void> {
  const { namespace, name, resourceVersion = null } = metadata;
  const body = { metadata: { resourceVersion, annotations: { [retiringAnnotation]: value } } };
  await client.patch(definitionRevisions, { namespace, name }, body);
}

function msLeft({ metadata }: RecordedRevision, retireForMs: number, now: number): number {
  const since = Date.parse(metadata.annotations?.[retiringAnnotation] ?? '');
  return Number.isNaN(since) ? retireForMs : since + retireForMs - now;
}
