import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { apiVersionOf } from '../../api/object.ts';
import { retiringAnnotation } from '../../domain/annotations.ts';
import type { Use } from '../../domain/refs/uses.ts';
import { resolve, type History } from '../../domain/refs/resolution.ts';
import { retention } from '../../domain/revisions/retention.ts';
import { readStamp } from '../../domain/revisions/revision.ts';
import type { RecordedRevision } from '../../catalog/stores/cached.ts';
import type { Client } from '../../kube/client/client.ts';
import type { Log } from '../../log.ts';
import { fieldManager } from '../field-manager.ts';
import type { ControllerCaches } from '../caches.ts';
import { ownRevisions, type OwnRevision } from './own-revisions.ts';
import { cachedUses, liveUses, type RevisionUses } from './uses.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

export interface HistoryOptions {
  client: Client;
  caches: ControllerCaches;
  log: Log;
  systemNamespace: string;
  /** How many of the newest revisions are retained; 0 retains all. */
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
  const history = historyFrom(definition, stamp.revision, own);
  const users = await cachedUses(kind, definition, options.caches, options.systemNamespace);
  await writeUserCounts(own, countsOf(users.uses, history), options.client);
  return prune(kind, definition, own, history, users, options);
}

function historyFrom({ spec }: Definition, newest: number, own: readonly OwnRevision[]): History {
  const version = spec?.['version'];
  return {
    newest: { revision: newest, ...(typeof version === 'string' ? { version } : {}) },
    recorded: own.map(({ known }) => known),
  };
}

/** How many refs resolve to each revision now. */
function countsOf(uses: readonly Use[], history: History): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { selector } of uses) {
    const resolution = resolve(selector, history);
    if (resolution.state === 'resolved') counts.set(resolution.revision, (counts.get(resolution.revision) ?? 0) + 1);
  }
  return counts;
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

async function prune(
  kind: RevisionedKindName,
  definition: Definition,
  own: readonly OwnRevision[],
  history: History,
  users: RevisionUses,
  options: HistoryOptions,
): Promise<number | undefined> {
  const { client, limit, retireForMs, now, log } = options;
  const used = usedRevisions(users, history);
  const plan = retention(withUse(own, used), history.newest, limit);
  for (const { object } of select(own, plan.retire)) await setRetiring(client, object, new Date(now()).toISOString());
  for (const { object } of select(own, plan.restore)) await setRetiring(client, object, null);
  const due = select(own, plan.expire).filter(({ object }) => msLeft(object, retireForMs, now()) <= 0);
  if (due.length > 0) {
    const stillUsed = usedRevisions(await liveUses(client, kind, definition, options), history);
    for (const { object, known } of due.filter((item) => !stillUsed.has(item.known.revision))) {
      const { namespace, name, uid } = object.metadata;
      await client.delete(definitionRevisions, { namespace, name }, { uid });
      log.info({ kind, namespace, name: definition.metadata.name, revision: known.revision }, 'pruned');
    }
  }
  const waits = [
    ...(plan.retire.length > 0 ? [retireForMs] : []),
    ...select(own, plan.expire).map(({ object }) => Math.max(msLeft(object, retireForMs, now()), 1000)),
  ];
  return waits.length === 0 ? undefined : Math.min(...waits);
}

function withUse(own: readonly OwnRevision[], used: ReadonlySet<number>) {
  return own.map(({ known }) => ({ ...known, used: used.has(known.revision) }));
}

function usedRevisions({ uses, applied, recorded }: RevisionUses, history: History): Set<number> {
  return new Set([...countsOf([...uses, ...recorded], history).keys(), ...applied, ...stampedIn(uses)]);
}

/** The revisions that refs resolved to when they were written: reverting a later change must find them again. */
function stampedIn(uses: readonly Use[]): number[] {
  return uses.flatMap(({ stamped, selector }) =>
    stamped === undefined || selector.kind === 'newest' ? [] : [stamped.revision],
  );
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
