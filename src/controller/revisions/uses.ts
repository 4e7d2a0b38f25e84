import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { isJsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { referrersOf, type ReferrerIndex } from '../../catalog/referrers.ts';
import { cachedObject, cachedReferrers } from '../../catalog/referrers/cached.ts';
import { liveReferrers } from '../../catalog/referrers/live.ts';
import type { ReferenceField } from '../../domain/refs/reference-fields.ts';
import { useOf, type Use } from '../../domain/refs/uses.ts';
import type { Definition } from '../../domain/revisions/definition.ts';
import type { Client } from '../../kube/client/client.ts';
import type { ControllerCaches } from '../caches.ts';

/** Why revisions of a definition are retained, besides being the newest. */
export interface RevisionUses {
  /** Refs to the definition, which are counted for `status.users`. */
  uses: Use[];
  /** Revisions that are applied, even if the refs have changed since: retained, not counted. */
  applied: number[];
  /** Refs in recorded revisions of Environments, because a recorded revision may be used again: retained, not counted. */
  recorded: Use[];
}

/** The uses of a definition, from the caches. */
export async function cachedUses(
  kind: RevisionedKindName,
  definition: Definition,
  caches: Pick<ControllerCaches, 'deployments' | 'definitions'>,
  systemNamespace: string,
): Promise<RevisionUses> {
  const index = cachedReferrers(caches.deployments, caches.definitions);
  return {
    ...(await usesOf(kind, definition, index, systemNamespace)),
    applied: await appliedUses(kind, definition, index),
  };
}

/**
 * The current refs to a definition and the revisions that are applied, read live before a revision is deleted. `recorded` is
 * empty: refs in recorded revisions of Environments are read from the cache only.
 */
export async function liveUses(
  client: Client,
  kind: RevisionedKindName,
  definition: Definition,
  {
    caches,
    systemNamespace,
  }: { caches: Pick<ControllerCaches, 'deployments' | 'definitions'>; systemNamespace: string },
): Promise<RevisionUses> {
  const index = liveReferrers({
    cached: cachedReferrers(caches.deployments, caches.definitions),
    cachedObject: cachedObject(caches.deployments, caches.definitions),
    client,
    systemNamespace,
    findsMissed: true,
  });
  const { uses } = await usesOf(kind, definition, index, systemNamespace);
  return { uses, applied: await appliedUses(kind, definition, index), recorded: [] };
}

/** The revisions of a definition that are applied. A PolicyDefinition is not applied itself. */
async function appliedUses(kind: RevisionedKindName, definition: Definition, index: ReferrerIndex): Promise<number[]> {
  if (kind === 'PolicyDefinition') return [];
  const { namespace = '', name } = definition.metadata;
  return appliedRevisions(kind, definition, await index.byReference({ kind, namespace, name }));
}

async function usesOf(
  kind: RevisionedKindName,
  { metadata: { namespace = '', name } }: Definition,
  index: ReferrerIndex,
  systemNamespace: string,
): Promise<Pick<RevisionUses, 'uses' | 'recorded'>> {
  const { current, recorded } = await referrersOf({ kind, namespace, name }, { index, systemNamespace });
  // The refs of a terminating deployment are not counted; the revisions that it has applied are retained.
  const counted = current.filter(
    (referrer) => referrer.kind === 'Environment' || referrer.object.metadata.deletionTimestamp === undefined,
  );
  return { uses: counted.map(useOf), recorded: recorded.map(useOf) };
}

function appliedRevisions(
  kind: ReferenceField['kind'],
  { metadata }: Definition,
  referrers: readonly UncheckedObject[],
): number[] {
  // The field of the status that says which revision is applied.
  const appliedField = kind === 'Environment' ? 'environment' : 'workloadProfile';
  return referrers.flatMap(({ status }) => {
    const applied = status?.[appliedField];
    if (!isJsonObject(applied) || applied['name'] !== metadata.name) return [];
    if (applied['namespace'] !== metadata.namespace) return [];
    return typeof applied['revision'] === 'number' ? [applied['revision']] : [];
  });
}
