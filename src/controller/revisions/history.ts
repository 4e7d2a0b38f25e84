import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { apiVersionOf } from '../../api/object.ts';
import { retiringAnnotation } from '../../domain/annotations.ts';
import type { Use } from '../../domain/refs/uses.ts';
import { resolve, type History, type KnownRevision } from '../../domain/refs/resolution.ts';
import { retention } from '../../domain/revisions/retention.ts';
import { readStamp } from '../../domain/revisions/revision.ts';
import { byRecorded, type RecordedRevision } from '../../catalog/stores/cached.ts';
import { knownRevision, ownerUid } from '../../catalog/revision-records.ts';
import type { Client } from '../../kube/client/client.ts';
import type { Log } from '../../log.ts';
import { fieldManager } from '../field-manager.ts';
import type { ControllerCaches } from '../caches.ts';
import { cachedUses, liveUses, type RevisionUses } from './uses.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

export interface HistoryOptions {
  client: Client;
  caches: ControllerCaches;
  log: Log;
  systemNamespace: string;
  /** How many of the newest revisions are kept; 0 keeps all. */
  limit: number;
  /** How long a revision is marked before it goes: longer than any admission that did not see the mark can be under way. */
  retireForMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Counts who uses each revision, and prunes what nobody does. Gives how long until the next one may go, in ms. */
export async function keepHistory(
  kind: RevisionedKindName,
  definition: Definition,
  options: HistoryOptions,
): Promise<number | undefined> {
  const stamp = readStamp(definition.metadata);
  if (stamp === undefined) return undefined;
  const own = ownRevisions(kind, definition, options.caches);
  const history = historyFrom(definition, stamp.revision, own);
  const users = await cachedUses(kind, definition, options.caches, options.systemNamespace);
  await countUsers(own, countsOf(users.uses, history), options.client);
  return prune(kind, definition, own, history, users, options);
}

/** A recorded revision that belongs to the object, with its number. */
interface Own {
  object: RecordedRevision;
  known: KnownRevision;
}

function ownRevisions(kind: RevisionedKindName, { metadata }: Definition, caches: ControllerCaches): Own[] {
  return caches.definitions.revisions
    .byIndex(byRecorded, `${kind}/${metadata.namespace ?? ''}/${metadata.name}`)
    .filter((object) => ownerUid(object.metadata) === metadata.uid)
    .flatMap((object) => {
      const known = knownRevision(object);
      return known === undefined ? [] : [{ object, known }];
    });
}

function historyFrom({ spec }: Definition, newest: number, own: readonly Own[]): History {
  const version = spec?.['version'];
  return {
    newest: { revision: newest, ...(typeof version === 'string' ? { version } : {}) },
    recorded: own.map(({ known }) => known),
  };
}

/** How many refs mean each revision now. */
function countsOf(uses: readonly Use[], history: History): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { selector } of uses) {
    const resolution = resolve(selector, history);
    if (resolution.state === 'resolved') counts.set(resolution.revision, (counts.get(resolution.revision) ?? 0) + 1);
  }
  return counts;
}

async function countUsers(own: readonly Own[], counts: Map<number, number>, client: Client): Promise<void> {
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
  own: readonly Own[],
  history: History,
  users: RevisionUses,
  options: HistoryOptions,
): Promise<number | undefined> {
  const { client, limit, retireForMs, now, log } = options;
  const used = usedRevisions(users, history);
  const plan = retention(retained(own, used), history.newest, limit);
  for (const { object } of among(own, plan.retire)) await mark(client, object, new Date(now()).toISOString());
  for (const { object } of among(own, plan.restore)) await mark(client, object, null);
  const due = among(own, plan.expire).filter(({ object }) => msLeft(object, retireForMs, now()) <= 0);
  if (due.length > 0) {
    const stillUsed = usedRevisions(await liveUses(client, kind, definition, options.systemNamespace), history);
    for (const { object, known } of due.filter((item) => !stillUsed.has(item.known.revision))) {
      const { namespace, name, uid } = object.metadata;
      await client.delete(definitionRevisions, { namespace, name }, { uid });
      log.info({ kind, namespace, name: definition.metadata.name, revision: known.revision }, 'pruned');
    }
  }
  const waits = [
    ...(plan.retire.length > 0 ? [retireForMs] : []),
    ...among(own, plan.expire).map(({ object }) => Math.max(msLeft(object, retireForMs, now()), 1000)),
  ];
  return waits.length === 0 ? undefined : Math.min(...waits);
}

function retained(own: readonly Own[], used: ReadonlySet<number>) {
  return own.map(({ known }) => ({ ...known, used: used.has(known.revision) }));
}

function usedRevisions({ uses, applied, recorded }: RevisionUses, history: History): Set<number> {
  return new Set([...countsOf([...uses, ...recorded], history).keys(), ...applied, ...stampedIn(uses)]);
}

/** What a ref meant when it was written: an undo of whatever moved it since finds it again. */
function stampedIn(uses: readonly Use[]): number[] {
  return uses.flatMap(({ stamped, selector }) =>
    stamped === undefined || selector.kind === 'newest' ? [] : [stamped.revision],
  );
}

function among(own: readonly Own[], revisions: readonly number[]): Own[] {
  return own.filter(({ known }) => revisions.includes(known.revision));
}

async function mark(client: Client, { metadata }: RecordedRevision, value: string | null): Promise<void> {
  const { namespace, name, resourceVersion = null } = metadata;
  const body = { metadata: { resourceVersion, annotations: { [retiringAnnotation]: value } } };
  await client.patch(definitionRevisions, { namespace, name }, body);
}

function msLeft({ metadata }: RecordedRevision, retireForMs: number, now: number): number {
  const since = Date.parse(metadata.annotations?.[retiringAnnotation] ?? '');
  return Number.isNaN(since) ? retireForMs : since + retireForMs - now;
}
