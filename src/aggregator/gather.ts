import type { Environment } from '../api/environment.ts';
import { keyOf, type KubeObject } from '../api/object.ts';
import type { Placement, PlacementDecision } from '../api/ocm.ts';
import { revisionAnnotation } from '../domain/annotations.ts';
import { missingPlacement, placementFacts, type PlacementFacts } from '../domain/status/placement-result.ts';
import type { ReadinessFacts, RenderedPlacement } from '../domain/status/readiness.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import { isRenderedFor } from '../domain/render/ownership.ts';
import { readOrigin } from '../domain/render/render-identity.ts';
import { decisionIndexes, placementIndexes } from './watches.ts';

/** The caches that readiness is computed from. */
export interface Caches {
  placements: {
    get(namespace: string | undefined, name: string): Placement | undefined;
    byIndex(index: string, key: string): Placement[];
  };
  decisions: { byIndex(index: string, key: string): PlacementDecision[] };
  deployments: { get(namespace: string | undefined, name: string): KubeObject | undefined };
}

/** Reads everything that the readiness of an Environment depends on from the caches. */
export function gather(caches: Caches, environment: Environment, hash: Hash): ReadinessFacts {
  const { metadata, status } = environment;
  const revision = parseRevision(metadata.annotations?.[revisionAnnotation]);
  const rendered = status?.conditions?.find(({ type }) => type === 'Rendered');
  // The status that the controller wrote for an older revision is ignored.
  const isCurrent =
    (rendered?.observedGeneration ?? metadata.generation) === metadata.generation &&
    (status?.revision ?? revision) === revision;

  const factsOf = (placement: Placement) =>
    placementFacts(placement, caches.decisions.byIndex(decisionIndexes.placement, keyOf(placement)));
  const referred = (ref: { namespace: string; name: string }): PlacementFacts => {
    const placement = caches.placements.get(ref.namespace, ref.name);
    return placement === undefined ? missingPlacement(ref.namespace, ref.name) : factsOf(placement);
  };
  const deployment = (namespace: string, name: string) => caches.deployments.get(namespace, name);
  const newest = { deployment: [] as RenderedPlacement[], probe: [] as RenderedPlacement[] };
  for (const placement of caches.placements.byIndex(placementIndexes.environment, keyOf(environment))) {
    const origin = readOrigin(placement);
    // OCM removes the decisions of a terminating Placement, so its missing decisions do not make the Environment not ready.
    const isCounted = origin?.revision === revision && placement.metadata.deletionTimestamp === undefined;
    if (origin === undefined || !isCounted || !isRenderedFor(placement, environment, { deployment, hash })) continue;
    newest[origin.purpose].push({ ...factsOf(placement), revision: origin.revision });
  }
  return {
    generation: metadata.generation,
    revision,
    evaluatedGeneration: status?.observedGeneration,
    rendered: isCurrent ? rendered : undefined,
    deployed: newest.deployment,
    referred: isCurrent ? (status?.placementRefs ?? []).map(referred) : [],
    probes: newest.probe,
  };
}

function parseRevision(value: string | undefined): number | undefined {
  return value !== undefined && /^[1-9][0-9]{0,14}$/.test(value) ? Number(value) : undefined;
}
