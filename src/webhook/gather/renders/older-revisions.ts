import { keyOf, type JsonObject } from '../../../api/object.ts';
import { referrersOf, type RecordedReferrer } from '../../../catalog/referrers.ts';
import { readRef } from '../../../domain/refs/read-ref.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import type { GatherContext } from '../context.ts';
import { resolvesToEdit, type EditedHistory } from '../edited-history.ts';

/** A recorded revision of an Environment that a deployment uses. */
export interface UsedRevision {
  namespace: string;
  name: string;
  revision: number;
  spec: JsonObject;
}

/** How many refs of deployments are resolved for one request at most. */
const maxRefs = 100;

/**
 * Recorded revisions of Environments that deployments use, and whose topology means the new revision of a PolicyDefinition: a deployment
 * may pin an Environment whose topology is not pinned. The newest revisions are left out. `unevaluated` counts refs beyond the bound.
 */
export async function olderRevisionsInUse(
  { metadata: { namespace = '', name } }: UncheckedObject,
  history: EditedHistory,
  newest: ReadonlyMap<string, number | undefined>,
  { catalog, referrers }: Pick<GatherContext, 'catalog' | 'referrers'>,
): Promise<{ found: UsedRevision[]; unevaluated: number }> {
  const { systemNamespace } = catalog;
  const target = { kind: 'PolicyDefinition', namespace, name } as const;
  const { recorded } = await referrersOf(target, { index: referrers, systemNamespace });
  const older = recorded.filter(
    ({ ref, ...revision }) =>
      resolvesToEdit(ref.selector, history) && newest.get(environmentKey(revision)) !== revision.revision,
  );
  const refs: UncheckedObject[] = [];
  for (const ofOne of Map.groupBy(older, environmentKey).values()) refs.push(...(await distinctRefs(ofOne, referrers)));
  const numbers = new Set(older.map(revisionKey));
  const found = new Map<string, UsedRevision>();
  for (const deployment of refs.slice(0, maxRefs)) {
    const used = await catalog.environmentOf(deployment);
    if (used?.state === 'found' && numbers.has(revisionKey(used))) found.set(revisionKey(used), used);
  }
  return { found: [...found.values()], unevaluated: Math.max(0, refs.length - maxRefs) };
}

/** One deployment for each different ref to an Environment. */
async function distinctRefs(
  [first]: readonly RecordedReferrer[],
  referrers: Pick<GatherContext['referrers'], 'byReference'>,
): Promise<UncheckedObject[]> {
  if (first === undefined) return [];
  const { namespace, name } = first;
  const deployments = await referrers.byReference({ kind: 'Environment', namespace, name });
  const refs = new Map<string, UncheckedObject>();
  for (const deployment of deployments) {
    const ref = readRef(deployment, 'environmentRef', '');
    const isPinned = ref !== undefined && ref.ref.selector.kind !== 'newest';
    if (isPinned && deployment.metadata.deletionTimestamp === undefined)
      refs.set(`${ref.namespaces.join(' ')} ${ref.text}`, deployment);
  }
  return [...refs.values()];
}

function environmentKey({ namespace, name }: Pick<UsedRevision, 'namespace' | 'name'>): string {
  return keyOf({ metadata: { namespace, name } });
}

function revisionKey(used: Pick<UsedRevision, 'namespace' | 'name' | 'revision'>): string {
  return `${environmentKey(used)}@v${used.revision}`;
}
