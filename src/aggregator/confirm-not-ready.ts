import type { Environment } from '../api/environment.ts';
import { placementDecisions, placementLabel, placements, type Placement, type PlacementDecision } from '../api/ocm.ts';
import { isSatisfied, placementFacts } from '../domain/status/placement-result.ts';
import type { ReadinessResult } from '../domain/status/readiness.ts';
import type { Client } from '../kube/client/client.ts';

/** How many failed Placements are read at most. One that is confirmed is enough. */
const maxReads = 10;

/**
 * Whether the API server confirms that an Environment is not ready any more. After an outage the caches follow one after the other: a
 * Placement may be seen before its decisions, and the end of the decisions before that of their Placement. So a failed Placement
 * is read live, with its decisions: two lists of one object each, and only for a change from Ready to NotReady.
 */
export async function isConfirmedNotReady(
  environment: Environment,
  readiness: ReadinessResult,
  client: Pick<Client, 'list'>,
): Promise<boolean> {
  const failed = readiness.placements.filter(({ satisfied }) => !satisfied);
  // The render failed: that is in the Environment itself, which the write compares by its resourceVersion.
  if (failed.length === 0) return true;
  for (const { namespace, name } of failed.slice(0, maxReads)) {
    const isReferred = (environment.status?.placementRefs ?? []).some(
      (ref) => ref.namespace === namespace && ref.name === name,
    );
    if (await isFailing({ namespace, name, isReferred }, client)) return true;
  }
  return false;
}

async function isFailing(
  { namespace, name, isReferred }: { namespace: string; name: string; isReferred: boolean },
  client: Pick<Client, 'list'>,
): Promise<boolean> {
  const [found, decisions] = await Promise.all([
    client.list<Placement>(placements, { namespace, fieldSelector: `metadata.name=${name}` }),
    client.list<PlacementDecision>(placementDecisions, { namespace, labelSelector: `${placementLabel}=${name}` }),
  ]);
  const [placement] = found.items;
  if (isReferred && placement === undefined) return true;
  // A rendered Placement that is gone or terminating does not count, and neither does one that OCM has not evaluated.
  if (placement === undefined || (!isReferred && placement.metadata.deletionTimestamp !== undefined)) return false;
  const facts = placementFacts(placement, decisions.items);
  return (isReferred || facts.evaluation !== undefined) && !isSatisfied(facts);
}
