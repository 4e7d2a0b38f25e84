import type { EffectiveLifecycle } from '../api/workload-deployment.ts';

/** What one deployment has, or is about to have, on the spokes. */
export interface Footprint {
  /** The namespace of the Workload on the spokes. */
  namespace: string;
  /** The name of the Workload; empty where the works hold the namespace and no Workload in it. */
  workload: string;
  /** Absent where it could not be found out. */
  lifecycle?: EffectiveLifecycle;
  /** Clusters that hold it or are selected for it, sorted; empty where it is nowhere, absent where that is unknown. */
  clusters?: readonly string[];
}

/** Another deployment that is, or is about to be, in the same spoke namespace. */
export interface Neighbour {
  namespace: string;
  name: string;
  /** Whether the requester may see it; one that he may not is counted and never named. */
  visible: boolean;
  footprint: Footprint;
  /** What it has now, where the same request changes it too. */
  before?: Footprint;
  /** Clusters where its newest work is applied: there it keeps what it owns. Absent where that is all of its clusters. */
  applied?: readonly string[];
}

/** How the Placements of a render differ from those of the render before it. */
export type PlacementChange =
  | { kind: 'same' }
  /** The same, with room for more clusters. */
  | { kind: 'grows' }
  /** The same, for fewer clusters. */
  | { kind: 'shrinks'; to: number }
  /** OCM selects anew. */
  | { kind: 'changes' };

/** What a request, or a write of the controller, does to one deployment on the spokes. */
export interface Transition {
  deployment: { namespace: string; name: string; visible: boolean };
  /** What it has now; absent for a deployment that is new. */
  before?: Footprint;
  /** What it was asked for before, where that may not be applied yet: whatever that does is none of this request's doing. */
  asked?: EffectiveLifecycle;
  /** Clusters where the agents may not have heard yet that the namespace is to be kept, sorted. */
  pending: readonly string[];
  /** Whether it waited for its Environment to be made, and has nothing on the spokes: it waits on, whatever conflicts. */
  waits?: boolean;
  /** What it is about to have; absent where it is deleted. */
  after?: Footprint;
  placement: PlacementChange;
  /** Clusters that are selected from now on, where that is known; empty where none is. */
  selected?: readonly string[];
  /** Whether its works are replaced by others of another name, which then go. */
  replaced: boolean;
  /** Whether it waits to be moved to other names, which was asked for before: that is none of this request's doing. */
  moving?: boolean;
  /** Who is in the same namespaces, maybe itself among them: one list may serve thousands. Read it by `neighboursOf`. */
  neighbours: readonly Neighbour[];
}

/** The neighbours of a deployment, without itself. */
export function neighboursOf({ deployment, neighbours }: Pick<Transition, 'deployment' | 'neighbours'>): Neighbour[] {
  return neighbours.filter(({ namespace, name }) => name !== deployment.name || namespace !== deployment.namespace);
}

/** Whether it has anything in its namespace, as far as that is known. */
export function isPresent({ workload, lifecycle }: Footprint): boolean {
  return workload !== '' || lifecycle?.spokeNamespace.create === true;
}

/** Whether it owns its namespace: then the namespace goes from a cluster when the last owner there goes. */
export function owns({ lifecycle }: Footprint): boolean {
  return lifecycle?.spokeNamespace.create === true && !lifecycle.spokeNamespace.orphan;
}

/** Whether two footprints may meet on a cluster: they do where one of them is unknown or nowhere yet. */
export function mayMeet(left: Footprint, right: Footprint): boolean {
  if (!isKnown(left) || !isKnown(right)) return true;
  const others = new Set(right.clusters);
  return left.clusters.some((cluster) => others.has(cluster));
}

/** Clusters that both are on; all of the one that is known where the other is not. */
export function meetingPlaces(left: Footprint, right: Footprint): readonly string[] {
  if (!isKnown(left)) return right.clusters ?? [];
  if (!isKnown(right)) return left.clusters;
  const others = new Set(right.clusters);
  return left.clusters.filter((cluster) => others.has(cluster));
}

function isKnown(footprint: Footprint): footprint is Footprint & { clusters: readonly string[] } {
  return footprint.clusters !== undefined && footprint.clusters.length > 0;
}

/**
 * Clusters where a namespace would go although it is to be kept, since their agents have not heard of that yet: those that
 * wait for the newest work, unless a neighbour owns it there.
 */
export function unheard(transition: Transition): readonly string[] {
  const { before, pending } = transition;
  if (before?.lifecycle?.spokeNamespace.create !== true || owns(before)) return [];
  const owner = { ...before, lifecycle: { ...before.lifecycle, spokeNamespace: { create: true, orphan: false } } };
  const loss = namespaceLoss(owner, pending, neighboursOf(transition));
  return loss.where === 'clusters' ? loss.clusters : [];
}

/** Where a namespace goes. `unknown`: wherever it is, but for places where others own it (`kept`: there may be some). */
export type Loss =
  { where: 'nowhere' } | { where: 'unknown'; kept: boolean } | { where: 'clusters'; clusters: readonly string[] };

/**
 * Where a namespace goes when a deployment gives it up on `clusters`: wherever no neighbour owns it besides and is applied. OCM's agent
 * deletes what the last owner leaves (two owners were tried; one that orphans holds no ownership).
 */
export function namespaceLoss(
  leaving: Footprint,
  clusters: readonly string[] | undefined,
  neighbours: readonly Neighbour[],
): Loss {
  if (!owns(leaving) || clusters?.length === 0) return { where: 'nowhere' };
  const keepers = neighbours.filter(({ footprint }) => footprint.namespace === leaving.namespace && owns(footprint));
  if (clusters === undefined) return { where: 'unknown', kept: keepers.length > 0 };
  const kept = new Set(keepers.flatMap(({ footprint, applied }) => applied ?? footprint.clusters ?? []));
  const lost = clusters.filter((cluster) => !kept.has(cluster));
  return lost.length === 0 ? { where: 'nowhere' } : { where: 'clusters', clusters: lost };
}
