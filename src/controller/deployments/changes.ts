import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { DeploymentChange } from '../../domain/spoke/change.ts';
import { observedStates, type AppliedReplicaSet, type ObservedState } from '../../domain/spoke/from-replica-sets.ts';
import type { SpokeState } from '../../domain/spoke/spoke-state.ts';
import type { ControllerCaches } from '../caches.ts';
import {
  desiredState,
  droppedStates,
  ownedLifecycle,
  stateAfter,
  withoutNamespace,
  type Rendered,
} from './desired-state.ts';

/** Applies a render over what is applied of a deployment. */
export interface ApplyWrite {
  deployment: WorkloadDeployment;
  rendered: Rendered;
  /** Whether ManifestWorkReplicaSets are pruned later because others with new names replace them. */
  replacesReplicaSets: boolean;
  /** Whether an existing Placement is changed in what it selects. */
  changesSelection: boolean;
}

/** Deletes ManifestWorkReplicaSets that a render replaces. */
export interface PruneWrite {
  deployment: WorkloadDeployment;
  rendered: Rendered;
  replaced: readonly ManifestWorkReplicaSet[];
  /** Clusters that have the ManifestWorkReplicaSets of the render, sorted. */
  selected: readonly string[];
}

/** What one write does in one namespace on the spokes, before it is known which peers are there. */
export type NamespaceChange = Omit<DeploymentChange, 'deployment' | 'peers'>;

/** What a write does to the namespaces that a deployment is in, and to those that it is not in yet. */
export function changesOfApply(
  write: ApplyWrite,
  applied: readonly AppliedReplicaSet[],
  caches: ControllerCaches,
): NamespaceChange[] {
  const { deployment, rendered, replacesReplicaSets } = write;
  const remaining = applied.filter(({ replicaSet }) => replicaSet.metadata.deletionTimestamp === undefined);
  const observed = observedStates(remaining);
  const desired = desiredState({ deployment, rendered, observed }, caches);
  const changes = observed.map((present): NamespaceChange => ({
    observed: present.state,
    orphanUnconfirmedOn: present.orphanUnconfirmedOn,
    desired: stateAfter(present.state, desired),
    ...placementAfter(write, present, desired.main),
    replacesReplicaSets,
  }));
  const reached = new Set(changes.map((change) => change.desired?.namespace));
  const additions = [...desired.byNamespace.values()].filter(({ namespace }) => !reached.has(namespace));
  const dropped = droppedStates(remaining, rendered, desired);
  return [
    ...changes,
    ...additions.map((state): NamespaceChange => ({ desired: state, ...sameSelection })),
    ...dropped.map((state): NamespaceChange => ({
      observed: state,
      desired: withoutNamespace(state),
      ...sameSelection,
    })),
  ];
}

/** What pruning does on clusters that have a replaced ManifestWorkReplicaSet and none of its replacements. */
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

const sameSelection = { orphanUnconfirmedOn: [], placement: { kind: 'same' }, replacesReplicaSets: false } as const;

/**
 * The selection after a write that moves a deployment to another Environment: the clusters of that Environment, or none as long
 * as they are unknown. Within one Environment the selection counts as unchanged, because OCM decides what an edited Placement
 * selects.
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
