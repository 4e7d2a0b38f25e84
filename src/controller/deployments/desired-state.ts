import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { EffectiveLifecycle, WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { DeploymentRender } from '../../catalog/render-deployment.ts';
import { effectiveLifecycle } from '../../domain/spoke/effective-lifecycle.ts';
import { readEnvironmentReadiness } from '../../domain/status/environment-readiness.ts';
import { keyOfHub } from '../../domain/render/hub-plan.ts';
import { spokeNamespace } from '../../domain/render/work-manifests.ts';
import { containing, namespaceIn, namespacesIn, ownedNamespaces } from '../../domain/spoke/work-namespaces.ts';
import type { ControllerCaches } from '../caches.ts';
import { clustersOf, ownedClusters, workloadNameIn, type ObservedState } from './observed-state.ts';
import type { SpokeState } from '../../domain/spoke/spoke-state.ts';

type Resolved = Extract<DeploymentRender, { state: 'resolved' }>;

/** A deployment whose refs are resolved and that is rendered. */
export type Rendered = Resolved & { render: Extract<Resolved['render'], { ok: true }> };

/** What a deployment is to have: in the namespace of its Workload, and in others that a topology of one's own may add. */
export interface DesiredState {
  main: SpokeState;
  byNamespace: ReadonlyMap<string, SpokeState>;
}

/** What a render makes of a deployment: where it is already, else where its Environment selects. */
export function desiredState(
  deployment: WorkloadDeployment,
  { render, environment }: Rendered,
  applied: readonly ObservedState[],
  caches: ControllerCaches,
): DesiredState {
  const cached = caches.definitions.Environment.get(environment.namespace, environment.name);
  // In another Environment it is not placed yet.
  const stays = applied.find((present) => present.environment === `${environment.namespace}/${environment.name}`);
  const present = stays?.state.clusters;
  const clusters = present ?? (cached === undefined ? [] : readEnvironmentReadiness(cached).selected);
  const selected = clusters.length === 0 ? {} : { clusters };
  const footprintIn = (namespace: string, name: string, lifecycle: EffectiveLifecycle): SpokeState => ({
    namespace,
    workloadName: name,
    lifecycle,
    ...selected,
  });
  const namespaces = [...new Set(render.objects.flatMap(namespacesIn))].toSorted();
  const byNamespace = new Map(
    namespaces.map((namespace) => {
      const workload = workloadNameIn(render.objects, namespace);
      const lifecycle = effectiveLifecycle(containing(render.objects, namespace), {
        namespace,
        name: workload,
      });
      return [namespace, footprintIn(namespace, workload, lifecycle)];
    }),
  );
  // A topology of one's own may put the Workload elsewhere, or make something else of it.
  const previouslyDesired = footprintIn(spokeNamespace(deployment), deployment.spec.workload.name, render.lifecycle);
  const placed = [...byNamespace.values()].find(({ workloadName }) => workloadName !== '');
  const main = byNamespace.get(previouslyDesired.namespace) ?? placed ?? previouslyDesired;
  return { main, byNamespace: new Map([...byNamespace, [main.namespace, main]]) };
}

/** Namespaces that leave one of several works, where the others do not own them: taken together they seem to stay. */
export function droppedStates(
  staying: readonly ManifestWorkReplicaSet[],
  { render }: Rendered,
  wanted: DesiredState,
  caches: ControllerCaches,
): SpokeState[] {
  const next = new Map(render.objects.map((object) => [keyOfHub(object), object]));
  return staying.flatMap((work) => {
    const successor = next.get(keyOfHub(work));
    if (successor === undefined) return [];
    // A work may still be in a namespace that it no longer makes.
    const left = ownedNamespaces(work).filter((namespace) => !namespaceIn(successor, namespace).create);
    return left.flatMap((namespace): SpokeState[] => {
      // Where none of the works holds it any more, that is judged already.
      if (wanted.byNamespace.get(namespace)?.lifecycle?.spokeNamespace.create !== true) return [];
      const others = staying.filter((other) => {
        const stays = next.get(keyOfHub(other));
        return other !== work && stays !== undefined && ownedNamespaces(stays).includes(namespace);
      });
      const kept = new Set(ownedClusters(namespace, others, caches));
      const clusters = clustersOf([work], caches)?.filter((cluster) => !kept.has(cluster));
      const owner = { namespace, workloadName: '', lifecycle: ownedLifecycle };
      return [{ ...owner, ...(clusters === undefined ? {} : { clusters }) }];
    });
  });
}

/** What becomes of a namespace where a deployment is: the same namespace, that of its Workload if that moves, or nothing. */
export function stateAfter(observed: SpokeState, { main, byNamespace }: DesiredState): SpokeState {
  return byNamespace.get(observed.namespace) ?? (observed.workloadName === '' ? withoutNamespace(observed) : main);
}

/** The same where nothing holds the namespace any more. */
export function withoutNamespace(observed: SpokeState): SpokeState {
  const { workload } = ownedLifecycle;
  return { ...observed, lifecycle: { spokeNamespace: { create: false, orphan: false }, workload } };
}

/** That of a deployment that owns its namespace. */
export const ownedLifecycle: EffectiveLifecycle = {
  spokeNamespace: { create: true, orphan: false },
  workload: { orphan: false },
};
