import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { workloadDeployments, environments } from '../../api/kinds.ts';
import { isJsonObject, type Resource } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { referrersOf, type ReferrerIndex } from '../../catalog/referrers.ts';
import { cachedReferrers } from '../../catalog/referrers/cached.ts';
import { listedReferrers } from '../../catalog/referrers/listed.ts';
import { fieldOfKind } from '../../domain/refs/reference-fields.ts';
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

/** What refers to a kind of definition, and the field of its status that says which revision is applied. */
const referrerKinds: Readonly<Record<RevisionedKindName, { resource: Resource; appliedField?: string }>> = {
  Environment: { resource: workloadDeployments, appliedField: 'environment' },
  WorkloadProfile: { resource: workloadDeployments, appliedField: 'workloadProfile' },
  PolicyDefinition: { resource: environments },
};

/** The uses of a definition, from the caches. */
export async function cachedUses(
  kind: RevisionedKindName,
  definition: Definition,
  caches: Pick<ControllerCaches, 'deployments' | 'definitions'>,
  systemNamespace: string,
): Promise<RevisionUses> {
  const index = cachedReferrers(caches.deployments, caches.definitions);
  const { name } = definition.metadata;
  const deployments = kind === 'PolicyDefinition' ? [] : await index.byReference(fieldOfKind(kind), name);
  return {
    ...(await usesOf(kind, definition, index, systemNamespace)),
    applied: appliedRevisions(kind, definition, deployments),
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
  systemNamespace: string,
): Promise<RevisionUses> {
  const { items } = await client.list<UncheckedObject>(referrerKinds[kind].resource);
  const index = listedReferrers(() => items);
  return {
    ...(await usesOf(kind, definition, index, systemNamespace)),
    applied: appliedRevisions(kind, definition, items),
  };
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
  kind: RevisionedKindName,
  { metadata }: Definition,
  referrers: readonly UncheckedObject[],
): number[] {
  const { appliedField } = referrerKinds[kind];
  if (appliedField === undefined) return [];
  return referrers.flatMap(({ status }) => {
    const applied = status?.[appliedField];
    if (!isJsonObject(applied) || applied['name'] !== metadata.name) return [];
    if (applied['namespace'] !== metadata.namespace) return [];
    return typeof applied['revision'] === 'number' ? [applied['revision']] : [];
  });
}
