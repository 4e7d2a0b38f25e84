import type { EffectiveLifecycle, WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { DeploymentRender } from '../../catalog/render-deployment.ts';
import { keyOfHub } from '../../domain/render/hub-plan.ts';
import { spokeNamespace } from '../../domain/render/work-manifests.ts';
import { effectiveLifecycle } from '../../domain/spoke/effective-lifecycle.ts';
import {
  clustersOf,
  ownedClusters,
  workloadNameIn,
  type AppliedReplicaSet,
  type ObservedState,
} from '../../domain/spoke/from-replica-sets.ts';
import type { SpokeState } from '../../domain/spoke/spoke-state.ts';
import { containing, namespaceIn, namespacesIn, ownedNamespaces } from '../../domain/spoke/work-namespaces.ts';
import { readEnvironmentReadiness } from '../../domain/status/environment-readiness.ts';
import type { ControllerCaches } from '../caches.ts';

type Resolved = Extract<DeploymentRender, { state: 'resolved' }>;

/** A deployment whose refs are resolved and whose render succeeded. */
export type Rendered = Resolved & { render: Extract<Resolved['render'], { ok: true }> };

/** What a render puts on the spokes: in the namespace of the Workload, and in others that a custom topology may add. */
export interface DesiredState {
  main: SpokeState;
  byNamespace: ReadonlyMap<string, SpokeState>;
}

export interface DesiredStateOptions {
  deployment: WorkloadDeployment;
  rendered: Rendered;
  /** What is applied of the deployment. */
  observed: readonly ObservedState[];
}

/** The state that a render leads to, on the clusters that the deployment is on, or else on those that its Environment selects. */
export function desiredState(
  { deployment, rendered: { render, environment }, observed }: DesiredStateOptions,
  caches: ControllerCaches,
): DesiredState {
  const clusters = clustersFor(environment, observed, caches);
  const stateIn = (namespace: string, workloadName: string, lifecycle: EffectiveLifecycle): SpokeState => ({
    namespace,
    workloadName,
    lifecycle,
    ...(clusters.length === 0 ? {} : { clusters }),
  });
  const namespaces = [...new Set(render.objects.flatMap(namespacesIn))].toSorted();
  const byNamespace = new Map(
    namespaces.map((namespace) => {
      const name = workloadNameIn(render.objects, namespace);
      const lifecycle = effectiveLifecycle(containing(render.objects, namespace), { namespace, name });
      return [namespace, stateIn(namespace, name, lifecycle)];
    }),
  );
  const specified = stateIn(spokeNamespace(deployment), deployment.spec.workload.name, render.lifecycle);
  // A custom topology may render the Workload in another namespace, or render no Workload at all.
  const withWorkload = [...byNamespace.values()].find(({ workloadName }) => workloadName !== '');
  const main = byNamespace.get(specified.namespace) ?? withWorkload ?? specified;
  return { main, byNamespace: new Map([...byNamespace, [main.namespace, main]]) };
}

function clustersFor(
  { namespace, name }: Rendered['environment'],
  observed: readonly ObservedState[],
  caches: ControllerCaches,
): readonly string[] {
  // The clusters of another Environment are not those where this one will apply the deployment.
  const current = observed.find(({ environment }) => environment === `${namespace}/${name}`);
  if (current?.state.clusters !== undefined) return current.state.clusters;
  const cached = caches.definitions.Environment.get(namespace, name);
  return cached === undefined ? [] : readEnvironmentReadiness(cached).selected;
}

/**
 * Namespaces that a write drops from one of several ManifestWorkReplicaSets, on the clusters where no other one owns them.
 * `stateAfter` does not show this loss, because other ManifestWorkReplicaSets still contain the namespace on other clusters.
 */
export function droppedStates(
  remaining: readonly AppliedReplicaSet[],
  { render }: Rendered,
  { byNamespace }: DesiredState,
): SpokeState[] {
  const renderedByKey = new Map(render.objects.map((object) => [keyOfHub(object), object]));
  const successorOf = ({ replicaSet }: AppliedReplicaSet) => renderedByKey.get(keyOfHub(replicaSet));
  return remaining.flatMap((applied) => {
    const successor = successorOf(applied);
    if (successor === undefined) return [];
    // The successor may still have a Workload in a namespace that it no longer contains.
    const dropped = ownedNamespaces(applied.replicaSet).filter((name) => !namespaceIn(successor, name).create);
    return dropped.flatMap((namespace): SpokeState[] => {
      // If no ManifestWorkReplicaSet contains the namespace any more, `stateAfter` shows the loss.
      if (byNamespace.get(namespace)?.lifecycle?.spokeNamespace.create !== true) return [];
      const otherOwners = remaining.filter((other) => {
        const next = successorOf(other);
        return other !== applied && next !== undefined && ownedNamespaces(next).includes(namespace);
      });
      const stillOwnedOn = new Set(ownedClusters(namespace, otherOwners));
      const clusters = clustersOf([applied])?.filter((cluster) => !stillOwnedOn.has(cluster));
      const owner = { namespace, workloadName: '', lifecycle: ownedLifecycle };
      return [{ ...owner, ...(clusters === undefined ? {} : { clusters }) }];
    });
  });
}

/** The state after the write: in the same namespace, in the one that the Workload moves to, or without a namespace. */
export function stateAfter(observed: SpokeState, { main, byNamespace }: DesiredState): SpokeState {
  return byNamespace.get(observed.namespace) ?? (observed.workloadName === '' ? withoutNamespace(observed) : main);
}

/** The same state without the namespace: no ManifestWorkReplicaSet contains it any more. */
export function withoutNamespace(observed: SpokeState): SpokeState {
  const { workload } = ownedLifecycle;
  return { ...observed, lifecycle: { spokeNamespace: { create: false, orphan: false }, workload } };
}

/** The lifecycle of a deployment that owns its namespace. */
export const ownedLifecycle: EffectiveLifecycle = {
  spokeNamespace: { create: true, orphan: false },
  workload: { orphan: false },
};
