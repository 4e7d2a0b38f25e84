import type { Environment } from '../api/environment.ts';
import { keyOf } from '../api/object.ts';
import type { Placement, PlacementDecision } from '../api/ocm.ts';
import { revisionAnnotation } from '../domain/annotations.ts';
import { missingPlacement, placementFacts, type PlacementFacts } from '../domain/status/placement-result.ts';
import type { ReadinessFacts, RenderedPlacement } from '../domain/status/readiness.ts';
import { readOrigin } from '../domain/render/render-identity.ts';
import { indexes } from './watches.ts';

/** The caches, as far as they are read here. */
export interface Caches {
  placements: {
    get(namespace: string | undefined, name: string): Placement | undefined;
    byIndex(index: string, key: string): Placement[];
  };
  decisions: { byIndex(index: string, key: string): PlacementDecision[] };
}

/** Reads from the caches all that the readiness of an Environment depends on. */
export function gather(caches: Caches, environment: Environment): ReadinessFacts {
  const { metadata, status } = environment;
  const revision = numberIn(metadata.annotations?.[revisionAnnotation]);
  const rendered = status?.conditions?.find(({ type }) => type === 'Rendered');
  // What the controller wrote about an older revision says nothing about this one.
  const current =
    (rendered?.observedGeneration ?? metadata.generation) === metadata.generation &&
    (status?.revision ?? revision) === revision;

  const factsOf = (placement: Placement) =>
    placementFacts(placement, caches.decisions.byIndex(indexes.placement, keyOf(placement)));
  const referred = (ref: { namespace: string; name: string }): PlacementFacts => {
    const placement = caches.placements.get(ref.namespace, ref.name);
    return placement === undefined ? missingPlacement(ref.namespace, ref.name) : factsOf(placement);
  };
  const newest = { deployment: [] as RenderedPlacement[], probe: [] as RenderedPlacement[] };
  for (const placement of caches.placements.byIndex(indexes.environment, keyOf(environment))) {
    const origin = readOrigin(placement);
    // OCM takes the decisions of a Placement that is being deleted away: that is no verdict on the Environment.
    const counts = origin?.revision === revision && placement.metadata.deletionTimestamp === undefined;
    if (origin === undefined || !counts) continue;
    newest[origin.purpose].push({ ...factsOf(placement), revision: origin.revision });
  }
  return {
    generation: metadata.generation,
    revision,
    evaluatedGeneration: status?.observedGeneration,
    rendered: current ? rendered : undefined,
    deployed: newest.deployment,
    referred: current ? (status?.placementRefs ?? []).map(referred) : [],
    probes: newest.probe,
  };
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : undefined;
}
