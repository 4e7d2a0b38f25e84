import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { EffectiveLifecycle, WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { DeploymentRender } from '../../domain/deployment-render.ts';
import { effectiveLifecycle } from '../../domain/effective-lifecycle.ts';
import { environmentVerdict } from '../../domain/environment-verdict.ts';
import type { Footprint } from '../../domain/footprint.ts';
import { keyOfHub } from '../../domain/hub-plan.ts';
import { spokeNamespace } from '../../domain/work-manifests.ts';
import { holdersOf, namespaceIn, namespacesHeldBy, namespacesOwnedBy } from '../../domain/work-namespaces.ts';
import type { ControllerCaches } from '../watches.ts';
import { clustersOf, owningClusters, workloadName, type AppliedFootprint } from './applied-footprints.ts';

type Resolved = Extract<DeploymentRender, { state: 'resolved' }>;

/** A deployment whose refs are resolved and that is rendered. */
export type Rendered = Resolved & { render: Extract<Resolved['render'], { ok: true }> };

/** What a deployment is to have: in the namespace of its Workload, and in others that a topology of one's own may add. */
export interface Wanted {
  main: Footprint;
  byNamespace: ReadonlyMap<string, Footprint>;
}

/** What a render makes of a deployment: where it is already, else where its Environment selects. */
export function wantedFootprints(
  deployment: WorkloadDeployment,
  { render, environment }: Rendered,
  applied: readonly AppliedFootprint[],
  caches: ControllerCaches,
): Wanted {
  const cached = caches.definitions.Environment.get(environment.namespace, environment.name);
  // In another Environment it is not placed yet.
  const stays = applied.find((present) => present.environment === `${environment.namespace}/${environment.name}`);
  const present = stays?.footprint.clusters;
  const clusters = present ?? (cached === undefined ? [] : environmentVerdict(cached).selected);
  const selected = clusters.length === 0 ? {} : { clusters };
  const footprintIn = (namespace: string, workload: string, lifecycle: EffectiveLifecycle): Footprint => ({
    namespace,
    workload,
    lifecycle,
    ...selected,
  });
  const namespaces = [...new Set(render.objects.flatMap(namespacesHeldBy))].toSorted();
  const byNamespace = new Map(
    namespaces.map((namespace) => {
      const workload = workloadName(render.objects, namespace);
      const lifecycle = effectiveLifecycle(holdersOf(render.objects, namespace), {
        namespace,
        name: workload,
      });
      return [namespace, footprintIn(namespace, workload, lifecycle)];
    }),
  );
  // A topology of one's own may put the Workload elsewhere, or make something else of it.
  const asked = footprintIn(spokeNamespace(deployment), deployment.spec.workload.name, render.lifecycle);
  const placed = [...byNamespace.values()].find(({ workload }) => workload !== '');
  const main = byNamespace.get(asked.namespace) ?? placed ?? asked;
  return { main, byNamespace: new Map([...byNamespace, [main.namespace, main]]) };
}

/** Namespaces that leave one of several works, where the others do not own them: taken together they seem to stay. */
export function droppedFootprints(
  staying: readonly ManifestWorkReplicaSet[],
  { render }: Rendered,
  wanted: Wanted,
  caches: ControllerCaches,
): Footprint[] {
  const next = new Map(render.objects.map((object) => [keyOfHub(object), object]));
  return staying.flatMap((work) => {
    const successor = next.get(keyOfHub(work));
    if (successor === undefined) return [];
    // A work may still be in a namespace that it no longer makes.
    const left = namespacesOwnedBy(work).filter((namespace) => !namespaceIn(successor, namespace).create);
    return left.flatMap((namespace): Footprint[] => {
      // Where none of the works holds it any more, that is judged already.
      if (wanted.byNamespace.get(namespace)?.lifecycle?.spokeNamespace.create !== true) return [];
      const others = staying.filter((other) => {
        const stays = next.get(keyOfHub(other));
        return other !== work && stays !== undefined && namespacesOwnedBy(stays).includes(namespace);
      });
      const kept = new Set(owningClusters(namespace, others, caches));
      const clusters = clustersOf([work], caches)?.filter((cluster) => !kept.has(cluster));
      const owner = { namespace, workload: '', lifecycle: ownedLifecycle };
      return [{ ...owner, ...(clusters === undefined ? {} : { clusters }) }];
    });
  });
}

/** What becomes of a namespace where a deployment is: the same namespace, that of its Workload if that moves, or nothing. */
export function afterwards(before: Footprint, { main, byNamespace }: Wanted): Footprint {
  return byNamespace.get(before.namespace) ?? (before.workload === '' ? withoutNamespace(before) : main);
}

/** The same where nothing holds the namespace any more. */
export function withoutNamespace(before: Footprint): Footprint {
  const { workload } = ownedLifecycle;
  return { ...before, lifecycle: { spokeNamespace: { create: false, orphan: false }, workload } };
}

/** That of a deployment that owns its namespace. */
export const ownedLifecycle: EffectiveLifecycle = {
  spokeNamespace: { create: true, orphan: false },
  workload: { orphan: false },
};
