import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { cachedObject, cachedReferrers } from '../../catalog/referrers/cached.ts';
import { recordedEnvironment } from '../../catalog/referrers/keys.ts';
import { liveReferrers } from '../../catalog/referrers/live.ts';
import type { ReferrerIndex } from '../../catalog/referrers.ts';
import { revisionUses } from '../../catalog/revision-uses.ts';
import { revisionLabels } from '../../domain/annotations.ts';
import type { RevisionUses } from '../../domain/refs/used-revisions.ts';
import type { Definition } from '../../domain/revisions/definition.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import type { Client } from '../../kube/client/client.ts';
import type { ControllerCaches } from '../caches.ts';

/** The caches that referrers are found in. */
type ReferrerCaches = Pick<ControllerCaches, 'deployments' | 'definitions'>;

/** The uses of a definition, from the caches. */
export function cachedUses(
  kind: RevisionedKindName,
  definition: Definition,
  caches: ReferrerCaches,
  systemNamespace: string,
): Promise<RevisionUses> {
  const index = cachedReferrers(caches.deployments, caches.definitions);
  return revisionUses(kind, definition, { index, systemNamespace });
}

/**
 * The uses of a definition, read live before a revision is deleted. A cache may lack a new ref: also one in a recorded revision of an
 * Environment, which pins a revision of a PolicyDefinition as long as it is retained.
 */
export function liveUses(
  client: Client,
  kind: RevisionedKindName,
  definition: Definition,
  options: LiveUsesOptions,
): Promise<RevisionUses> {
  return revisionUses(kind, definition, {
    index: liveIndex(client, options),
    systemNamespace: options.systemNamespace,
  });
}

export interface LiveUsesOptions {
  caches: ReferrerCaches;
  systemNamespace: string;
  hash: Hash;
}

/** Finds referrers live, those that the caches lack included. */
export function liveIndex(client: Client, { caches, systemNamespace, hash }: LiveUsesOptions): ReferrerIndex {
  const cached = cachedReferrers(caches.deployments, caches.definitions);
  const live = liveReferrers({
    cached,
    cachedObject: cachedObject(caches.deployments, caches.definitions),
    client,
    systemNamespace,
    hash,
    findsMissed: true,
  });
  return {
    ...live,
    async recordedByTopology(topology) {
      const labelSelector = `${revisionLabels.kind}=Environment,${revisionLabels.topology}=${topology}`;
      const { items } = await client.list(definitionRevisions, { labelSelector, metadataOnly: true });
      // Revisions that an earlier release recorded lack the label. They are not new, so the cache has them.
      return [...items.flatMap(recordedEnvironment), ...(await cached.recordedByTopology(topology))];
    },
  };
}
