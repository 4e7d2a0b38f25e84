import { isJsonObject, keyOf, type JsonObject } from '../../api/object.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
import { selectionsOf, shapeOf } from '../../domain/render/topology-shape.ts';
import type { Selections } from '../../domain/spoke/disjoint-selections.ts';
import type { AppliedReplicaSet } from '../../domain/spoke/from-replica-sets.ts';
import type { Rendered } from './desired-state.ts';

/** The Placements that decide where a render leads; `undefined` if one of them is not part of it. */
export function renderedSelections({ render }: Pick<Rendered, 'render'>): Selections {
  return selectionsOf(shapeOf(render.objects.map(jsonOf)));
}

/** The Placements that decide where a deployment is; `undefined` if one of them is not its own, so that others may edit it. */
export function appliedSelections(deploymentKey: string, applied: readonly AppliedReplicaSet[]): Selections {
  const found = applied.map(({ replicaSet, placements }) => {
    const own = placements.filter((placement) => deploymentOf(placement) === deploymentKey);
    return own.length === replicaSet.spec.placementRefs.length ? own : undefined;
  });
  if (found.includes(undefined)) return undefined;
  const distinct = new Map(found.flatMap((own) => own ?? []).map((placement) => [keyOf(placement), placement]));
  return [...distinct.values()].map(({ spec }) => jsonOf(spec));
}

/** The object as JSON: a field without a value is absent. */
export function jsonOf(object: object): JsonObject {
  return isJsonObject(object) ? object : {};
}
