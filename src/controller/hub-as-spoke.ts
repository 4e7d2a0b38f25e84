import { isJsonObject, type JsonObject } from '../api/object.ts';
import type { LocalClusters } from '../api/ocm.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import type { RenderSettings } from '../domain/render/workload-render.ts';
import type { HubObject } from '../domain/render/hub-objects.ts';
import { externalPlacements, shapeOf } from '../domain/render/topology-shape.ts';
import type { DeploymentChange } from '../domain/spoke/change.ts';
import type { Selections } from '../domain/spoke/disjoint-selections.ts';
import { observedStates, type AppliedReplicaSet } from '../domain/spoke/from-replica-sets.ts';
import { leftLocalClusters, reachableLocalClusters, type HubAsSpoke } from '../domain/spoke/local-clusters.ts';
import { owns } from '../domain/spoke/spoke-state.ts';
import type { Client } from '../kube/client/client.ts';
import { readHubNamespaceUse } from '../kube/objects/hub-namespace-use.ts';
import { readNamespaceState } from '../kube/objects/namespaces.ts';
import { localClustersOf } from '../kube/objects/local-clusters.ts';
import { managedClusterIndexes, type ControllerCaches } from './caches.ts';
import { desiredState, stateAfter, type Rendered } from './deployments/desired-state.ts';

interface HubAsSpokeOptions {
  client: Pick<Client, 'get' | 'list'>;
  caches: ControllerCaches;
  settings: Pick<RenderSettings, 'sharedHubNamespaces'>;
}

/** What is written, and what is applied before. */
interface Write {
  deployment: WorkloadDeployment;
  rendered: Rendered;
  applied: readonly AppliedReplicaSet[];
}

/**
 * Whether a write may make a work agent own a namespace that the hub needs, or removes a deployment that owns it from the hub. What
 * the hub contains is read live.
 */
export async function hubAsSpokeIn(
  { observed, desired }: Pick<DeploymentChange, 'observed' | 'desired'>,
  { deployment, rendered, applied }: Write,
  { client, caches, settings }: HubAsSpokeOptions,
): Promise<{ hubAsSpoke?: HubAsSpoke }> {
  const local = cachedLocalClusters(caches);
  if (desired === undefined || local.clusters.length === 0) return {};
  const reachable = reachableLocalClusters(selectionsAfter(rendered.render.objects, caches), local);
  const left = leftLocalClusters({ observed, desired }, reachable, local);
  // The deployment itself is in its namespace.
  const useOf = async (namespace: string) =>
    namespace === deployment.metadata.namespace ? 'objects' : readHubNamespaceUse(client, namespace, settings);
  const { environment, topology } = rendered;
  const enters = reachable.length > 0 && desired.lifecycle?.spokeNamespace.create === true;
  const use = enters ? await useOf(desired.namespace) : undefined;
  // A move into another namespace that the hub needs is denied anyway.
  const isMove = observed?.namespace !== desired.namespace;
  const leftUse =
    observed === undefined || left.length === 0 || (isMove && use !== undefined)
      ? undefined
      : await useOf(observed.namespace);
  if (leftUse !== undefined) {
    const there = { clusters: left, wasReachable: true, use: leftUse, isThere: true, leaves: true };
    return { hubAsSpoke: { ...there, environment, topology } };
  }
  if (use === undefined) return {};
  const wasReachable = applied.length > 0 && reachableLocalClusters(selectionsBefore(applied), local).length > 0;
  return { hubAsSpoke: { clusters: reachable, wasReachable, use, environment, topology } };
}

/**
 * What is wrong where a work agent of the hub itself owns a namespace that the hub needs: OCM has selected the hub without anybody
 * being asked, because a ManagedCluster got a label or somebody edited a Placement. A render that orphans the namespace leads out of it.
 */
export async function ownedOnHub(
  write: Write,
  options: HubAsSpokeOptions,
): Promise<Omit<DeploymentChange, 'deployment'>[]> {
  const local = new Set(cachedLocalClusters(options.caches).clusters.map(({ name }) => name));
  if (local.size === 0) return [];
  const observed = observedStates(write.applied);
  const desired = desiredState({ ...write, observed }, options.caches);
  const found = observed
    .filter(({ state }) => owns(state) && state.clusters?.some((cluster) => local.has(cluster)) === true)
    .map(async ({ state }): Promise<Omit<DeploymentChange, 'deployment'>[]> => {
      const after = stateAfter(state, desired);
      if (after.namespace !== state.namespace || !owns(after)) return [];
      const { hubAsSpoke } = await hubAsSpokeIn({ desired: after }, write, options);
      if (hubAsSpoke === undefined) return [];
      return [{ ...unchanged, desired: after, hubAsSpoke: { ...hubAsSpoke, wasReachable: false, isThere: true } }];
    });
  return (await Promise.all(found)).flat();
}

/**
 * Whether the deletion of ManifestWorkReplicaSets deletes a namespace that the hub needs: a ManifestWork on the hub itself owns it. A
 * namespace that is terminating goes with everything in it anyway.
 */
export async function hubAsSpokeOfRelease(
  { observed }: Pick<DeploymentChange, 'observed'>,
  { clusters: hubs }: LocalClusters,
  { client, settings }: Pick<HubAsSpokeOptions, 'client' | 'settings'>,
): Promise<{ hubAsSpoke?: HubAsSpoke }> {
  if (observed?.lifecycle?.spokeNamespace.create !== true) return {};
  const local = new Set(hubs.map(({ name }) => name));
  const clusters = (observed.clusters ?? []).filter((cluster) => local.has(cluster));
  if (clusters.length === 0) return {};
  if ((await readNamespaceState(client, observed.namespace))?.terminating === true) return {};
  const use = await readHubNamespaceUse(client, observed.namespace, settings);
  if (use === undefined) return {};
  const source = { environment: { namespace: '', name: '' }, topology: '' };
  return { hubAsSpoke: { ...source, clusters, wasReachable: true, use, isThere: true } };
}

const unchanged = {
  orphanUnconfirmedOn: [],
  placement: { kind: 'same' },
  replacesReplicaSets: false,
  peers: [],
} as const;

/** The ManagedClusters that are the hub itself. */
export function cachedLocalClusters({
  managedClusters,
  managedClusterSets,
}: Pick<ControllerCaches, 'managedClusters' | 'managedClusterSets'>): LocalClusters {
  const clusters = managedClusters.byIndex(managedClusterIndexes.local, 'true');
  return localClustersOf(clusters, clusters.length === 0 ? [] : managedClusterSets.list());
}

function selectionsAfter(
  objects: readonly HubObject[],
  { placements }: Pick<ControllerCaches, 'placements'>,
): Selections {
  const shape = shapeOf(objects.map(jsonOf));
  const others = externalPlacements(shape).map(({ namespace, name }) =>
    typeof namespace === 'string' ? placements.get(namespace, name)?.spec : undefined,
  );
  if (others.includes(undefined)) return undefined;
  const known = others.filter((spec) => spec !== undefined).map(jsonOf);
  return [...shape.placements.map(({ spec }) => (isJsonObject(spec) ? spec : {})), ...known];
}

function selectionsBefore(applied: readonly AppliedReplicaSet[]): Selections {
  const isKnown = applied.every(
    ({ replicaSet, placements }) => placements.length === replicaSet.spec.placementRefs.length,
  );
  return isKnown ? applied.flatMap(({ placements }) => placements.map(({ spec }) => jsonOf(spec))) : undefined;
}

function jsonOf(object: object): JsonObject {
  return isJsonObject(object) ? object : {};
}
