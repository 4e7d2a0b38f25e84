import { revisionUses } from '../../catalog/revision-uses.ts';
import type { Facts, HistoryFacts, RequestFacts } from '../../domain/admission/facts.ts';
import { revisionedKindOf } from '../../domain/admission/rule.ts';
import type { History, KnownRevision } from '../../domain/refs/resolution.ts';
import { usedRevisions, type RevisionUses } from '../../domain/refs/used-revisions.ts';
import { useOf } from '../../domain/refs/uses.ts';
import { jsonBytes } from '../../domain/revisions/content-size.ts';
import type { Definition } from '../../domain/revisions/definition.ts';
import { historyLimits } from '../../domain/revisions/history-limits.ts';
import { requiredBytes } from '../../domain/revisions/retention.ts';
import { contentOf, readStamp } from '../../domain/revisions/revision.ts';
import type { GatherContext } from './context.ts';
import { referrersWithVisibility } from './name-visibility.ts';
import type { RevisionedKindName } from '../../api/definition-revision.ts';

type HistoryContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility' | 'historyOf'>;

/** At most this many objects of a namespace are named as those with the largest histories. */
const maxLargest = 3;

/** How much is recorded of the object and in its namespace; nothing if the request makes no revision. */
export async function gatherHistory(request: RequestFacts, context: HistoryContext): Promise<Pick<Facts, 'history'>> {
  const { object, oldObject, namespace } = request;
  const kind = revisionedKindOf(request);
  const stamp = object === undefined ? undefined : readStamp(object.metadata);
  if (kind === undefined || object === undefined || stamp === undefined) return {};
  if (oldObject !== undefined && readStamp(oldObject.metadata)?.revision === stamp.revision) return {};
  const version = object.spec?.['version'];
  const added = jsonBytes(contentOf(object));
  const newest = { revision: stamp.revision, bytes: added, ...(typeof version === 'string' ? { version } : {}) };
  return {
    history: {
      added,
      object: oldObject === undefined ? { stored: 0 } : await objectHistory(kind, oldObject, newest, context),
      namespace: await namespaceHistory(namespace, added, context),
    },
  };
}

/** The history of an object. What must be retained of it is found out only if not everything can be. */
async function objectHistory(
  kind: RevisionedKindName,
  definition: Definition,
  newest: KnownRevision & { bytes: number },
  { catalog, referrers: index, visibility }: HistoryContext,
): Promise<HistoryFacts['object']> {
  const recorded = await catalog.store.revisions(kind, definition);
  const stored = recorded.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  if (stored + newest.bytes <= historyLimits.objectBytes) return { stored };
  const before = await catalog.history(kind, definition);
  if (before === undefined) return { stored };
  const history: History = { ...before, newest };
  const found = await revisionUses(kind, definition, { index, systemNamespace: catalog.systemNamespace });
  // Deployments that have applied the newest revision because they follow it will apply the next one.
  const applied = found.applied.filter((revision) => revision !== before.newest.revision);
  const used = usedRevisions({ ...found, applied }, history);
  const revisions = before.recorded.map((revision) => ({ ...revision, used: used.has(revision.revision) }));
  const pinned = (uses: Partial<RevisionUses>) =>
    [...usedRevisions({ uses: [], applied: [], recorded: [], ...uses }, history)].some(
      (revision) => revision !== newest.revision,
    );
  const holders = [
    ...found.referrers.current
      .filter((referrer) => pinned({ uses: [useOf(referrer)] }))
      .map(({ kind: ofKind, object: { metadata } }) => ({
        kind: ofKind,
        namespace: metadata.namespace ?? '',
        name: metadata.name,
      })),
    ...found.referrers.recorded
      .filter((referrer) => pinned({ recorded: [useOf(referrer)] }))
      .map(({ namespace, name }) => ({ kind: 'Environment', namespace, name })),
  ];
  const distinct = [...new Map(holders.map((holder) => [Object.values(holder).join('/'), holder])).values()];
  return {
    stored,
    required: requiredBytes(revisions, newest),
    revisions: [...used].filter((revision) => revision !== newest.revision).toSorted((left, right) => left - right),
    holders: await referrersWithVisibility(visibility, distinct),
  };
}

/** The history of a namespace. The sums are of the watch, because a list could have any number of revisions. */
async function namespaceHistory(
  namespace: string,
  added: number,
  { historyOf, visibility }: HistoryContext,
): Promise<HistoryFacts['namespace']> {
  const { stored, kept, objects } = historyOf(namespace);
  if (kept + added <= historyLimits.namespaceBytes) return { stored, kept, largest: [] };
  const largest = [...objects].toSorted(([, left], [, right]) => right.kept - left.kept).slice(0, maxLargest);
  return {
    stored,
    kept,
    largest: await Promise.all(
      largest.map(async ([key, { kept: bytes }]) => {
        const [kind = '', , name = ''] = key.split('/');
        return { kind, bytes, ...(await visibility.of(kind, { namespace, name })) };
      }),
    ),
  };
}
