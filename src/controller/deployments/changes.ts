import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { DeploymentChange } from '../../domain/spoke/change.ts';
import { observedStates, type AppliedReplicaSet, type ObservedState } from '../../domain/spoke/from-replica-sets.ts';
import type { SpokeState } from '../../domain/spoke/spoke-state.ts';
import {
  namespaceMetadataOf,
  writtenNamespaceMetadata,
  writtenRequest,
} from '../../domain/spoke/namespace-metadata.ts';
import { requestedClusters, shapeOf } from '../../domain/render/topology-shape.ts';
import { readStamp } from '../../domain/revisions/revision.ts';
import { readEnvironmentReadiness } from '../../domain/status/environment-readiness.ts';
import type { ControllerCaches } from '../caches.ts';
import {
  desiredState,
  droppedStates,
  ownedLifecycle,
  stateAfter,
  withoutNamespace,
  type Rendered,
} from './desired-state.ts';
import type { Reach } from './plan.ts';
import { jsonOf, renderedSelections } from './selections.ts';

/** A write that applies a render of a deployment. */
export interface ApplyWrite {
  deployment: WorkloadDeployment;
  rendered: Rendered;
  /** Whether ManifestWorkReplicaSets are pruned later because others with new names replace them. */
  replacesReplicaSets: boolean;
  /** Whether the selection of an existing Placement changes. */
  changesSelection: boolean;
  /** How OCM may come to select other clusters. */
  reach: Reach;
}

/** A write that deletes ManifestWorkReplicaSets that a render replaces. */
export interface PruneWrite {
  deployment: WorkloadDeployment;
  rendered: Rendered;
  replaced: readonly ManifestWorkReplicaSet[];
  /** Clusters that have the ManifestWorkReplicaSets of the render, sorted. */
  selected: readonly string[];
}

/** What one write does in one namespace on the spokes, without the peers in it. */
export type NamespaceChange = Omit<DeploymentChange, 'deployment' | 'peers'>;

/** What a write does to the namespaces that a deployment is in, and to those that the write adds or drops. */
export function changesOfApply(
  write: ApplyWrite,
  applied: readonly AppliedReplicaSet[],
  caches: ControllerCaches,
): NamespaceChange[] {
  const { deployment, rendered, replacesReplicaSets } = write;
  const remaining = applied.filter(({ replicaSet }) => replicaSet.metadata.deletionTimestamp === undefined);
  const observed = observedStates(remaining);
  const desired = desiredState({ deployment, rendered, observed }, caches);
  const reached = reachAfter(write, observed, caches);
  const changes = observed.map((present): NamespaceChange => ({
    ...reached,
    observed: present.state,
    orphanUnconfirmedOn: present.orphanUnconfirmedOn,
    desired: stateAfter(present.state, desired),
    ...placementAfter(write, present, desired.main),
    replacesReplicaSets,
  }));
  const covered = new Set(changes.map((change) => change.desired?.namespace));
  const additions = [...desired.byNamespace.values()].filter(({ namespace }) => !covered.has(namespace));
  const dropped = droppedStates(remaining, rendered, desired);
  return [
    ...changes,
    ...additions.map((state): NamespaceChange => ({ desired: state, ...sameSelection, ...reached })),
    ...dropped.map((state): NamespaceChange => ({
      observed: state,
      desired: withoutNamespace(state),
      ...sameSelection,
    })),
  ];
}

/** What pruning does on clusters that have a replaced ManifestWorkReplicaSet but none of its replacements. */
export function changesOfPrune(
  { deployment, rendered, selected }: Omit<PruneWrite, 'replaced'>,
  replaced: readonly AppliedReplicaSet[],
  caches: ControllerCaches,
): NamespaceChange[] {
  const observed = observedStates(replaced);
  const desired = desiredState({ deployment, rendered, observed }, caches);
  return observed.map(({ state, orphanUnconfirmedOn }): NamespaceChange => {
    const after = stateAfter(state, desired);
    const { lifecycle = ownedLifecycle } = after;
    return {
      observed: state,
      orphanUnconfirmedOn,
      // Other clusters and names of the same namespace were evaluated when the render was applied.
      desired: after.namespace === state.namespace ? { ...state, lifecycle } : after,
      placement: { kind: 'changes' },
      selected,
      replacesReplicaSets: true,
    };
  });
}

/** What the deletion of all ManifestWorkReplicaSets of a deployment does. */
export function changesOfRelease(applied: readonly AppliedReplicaSet[]): NamespaceChange[] {
  return observedStates(applied).map(({ state, orphanUnconfirmedOn }) => ({
    observed: state,
    ...sameSelection,
    orphanUnconfirmedOn,
  }));
}

/** What a write adds to the Namespace of a change, and what is applied there; nothing if it adds nothing. */
export function namespaceMetadataIn(
  { observed, desired }: NamespaceChange,
  { deployment, rendered }: Pick<ApplyWrite, 'deployment' | 'rendered'>,
  applied: readonly AppliedReplicaSet[],
): Pick<NamespaceChange, 'namespaceMetadata'> {
  if (desired === undefined) return {};
  const written = writtenNamespaceMetadata(rendered.render.objects, desired.namespace);
  const now = writtenRequest(namespaceMetadataOf(deployment), written);
  if (now.size === 0) return {};
  const replicaSets = applied.map(({ replicaSet }) => replicaSet);
  const isSame = observed?.namespace === desired.namespace;
  return {
    namespaceMetadata: { now, ...(isSame ? { before: writtenNamespaceMetadata(replicaSets, desired.namespace) } : {}) },
  };
}

const sameSelection = { orphanUnconfirmedOn: [], placement: { kind: 'same' }, replacesReplicaSets: false } as const;

/**
 * Whether OCM may select clusters that nothing shows yet. The status of an Environment tells where the Placements of a new
 * deployment lead, if it is about this revision and not about some of the deployments only.
 */
function reachAfter(
  { rendered, reach }: Pick<ApplyWrite, 'rendered' | 'reach'>,
  observed: readonly ObservedState[],
  caches: ControllerCaches,
): Pick<DeploymentChange, 'mayReachOtherClusters' | 'selections'> {
  const selections = renderedSelections(rendered);
  const key = `${rendered.environment.namespace}/${rendered.environment.name}`;
  const changesEnvironment = observed.some(({ environment }) => environment !== undefined && environment !== key);
  const isKnown = () => selections !== undefined && isSelectionKnown(rendered, caches);
  if (reach !== 'changed' && !changesEnvironment && (reach === 'same' || isKnown())) return {};
  return { mayReachOtherClusters: true, ...(selections === undefined ? {} : { selections }) };
}

/** Whether the status of the Environment lists the clusters that each deployment of this revision gets. */
function isSelectionKnown({ environment, render }: Rendered, { definitions }: ControllerCaches): boolean {
  const cached = definitions.Environment.get(environment.namespace, environment.name);
  if (cached === undefined) return false;
  const { isCurrent, selected } = readEnvironmentReadiness(cached);
  const requested = requestedClusters(shapeOf(render.objects.map(jsonOf)));
  return (
    isCurrent &&
    readStamp(cached.metadata)?.revision === environment.revision &&
    selected.length > 0 &&
    (requested === undefined || requested >= selected.length)
  );
}

/**
 * The selection after a write that moves a deployment to another Environment: the clusters of that Environment, or none while
 * they are unknown. Within one Environment the selection counts as unchanged, because only OCM knows what an edited Placement
 * will select.
 */
function placementAfter(
  { rendered: { environment }, changesSelection }: ApplyWrite,
  observed: ObservedState,
  { clusters = [] }: SpokeState,
): Pick<DeploymentChange, 'placement' | 'selected'> {
  const key = `${environment.namespace}/${environment.name}`;
  const isSameEnvironment = observed.environment === undefined || observed.environment === key;
  if (isSameEnvironment || !changesSelection) return { placement: { kind: 'same' } };
  return { placement: { kind: 'changes' }, selected: clusters };
}
