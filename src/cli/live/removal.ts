import { workloadDeployments } from '../../api/kinds.ts';
import { sharedHubNamespace, systemNamespace } from '../../api/names.ts';
import { keyOf, type KubeObject } from '../../api/object.ts';
import {
  manifestWorkReplicaSets,
  manifestWorks,
  placements,
  replicaSetLabel,
  type ManifestWork,
  type ManifestWorkReplicaSet,
  type Placement,
} from '../../api/ocm.ts';
import { hubAsSpokeOfRelease } from '../../controller/hub-as-spoke.ts';
import { changesOfRelease } from '../../controller/deployments/changes.ts';
import { denialsOnApply } from '../../domain/admission/decide.ts';
import { deletionEffect } from '../../domain/admission/rules/what-deletion-removes.ts';
import { namedOwner, type NamedOwner } from '../../domain/render/ownership.ts';
import { environmentOf } from '../../domain/render/render-identity.ts';
import type { Peer } from '../../domain/spoke/change.ts';
import { observedStates, type AppliedReplicaSet } from '../../domain/spoke/from-replica-sets.ts';
import { namespacesIn } from '../../domain/spoke/work-namespaces.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import { readLocalClusters } from '../../kube/objects/local-clusters.ts';
import { sha256 } from '../sha256.ts';
import type { OnHub } from './hub-owners.ts';

/** What the deletion of objects on the hub does on the spokes. */
export interface Removal {
  /** What is deleted there, and what stays. */
  effects: string[];
  /** Why the objects must not be deleted: deployments would lose their namespace. */
  denials: string[];
}

/**
 * What the deletion of the objects of an owner that does not exist does on the spokes, with the rules that the controller applies to
 * the release of a deployment.
 */
export async function removalOf(
  client: Client,
  { owner, objects }: { owner: NamedOwner; objects: readonly OnHub[] },
): Promise<Removal> {
  const chosen = objects.filter(({ resource }) => resource === manifestWorkReplicaSets);
  const replicaSets = await Promise.all(
    chosen.map(({ object: { metadata } }) =>
      getIfPresent<ManifestWorkReplicaSet>(client, manifestWorkReplicaSets, {
        namespace: metadata.namespace,
        name: metadata.name,
      }),
    ),
  );
  const applied = await statesOf(
    client,
    replicaSets.filter((replicaSet) => replicaSet !== undefined),
  );
  const peers = await peersIn(client, new Set(applied.flatMap(({ replicaSet }) => namespacesIn(replicaSet))));
  const deployment = { namespace: owner.namespace, name: owner.name, visible: true };
  const local = await readLocalClusters(client);
  const options = { client, settings: { sharedHubNamespaces: [sharedHubNamespace] } };
  const changes = await Promise.all(
    changesOfRelease(applied).map(async (change) => ({
      ...change,
      deployment,
      peers,
      ...(await hubAsSpokeOfRelease(change, local, options)),
    })),
  );
  const facts = {
    hash: sha256,
    systemNamespace,
    revisionWriters: [],
    protectedNamespaces: [],
    spokeNamespaces: { entered: [], missing: [], stamped: [], shared: [] },
  };
  // All deployments of the hub were listed.
  const reader = { enforcement: 'admission', seesAllDeployments: true } as const;
  return {
    effects: changes.map((change) => deletionEffect(change, reader)).filter((effect) => effect !== undefined),
    denials: changes
      .flatMap((change) => denialsOnApply(change, facts, { acknowledged: [] }))
      .map(({ message }) => message),
  };
}

/** The deployments that exist and have objects in these spoke namespaces. */
async function peersIn(client: Client, namespaces: ReadonlySet<string>): Promise<Peer[]> {
  if (namespaces.size === 0) return [];
  const isNear = (replicaSet: object) => namespacesIn(replicaSet).some((namespace) => namespaces.has(namespace));
  // Specs that do not matter are not kept in memory.
  const transform = (item: ManifestWorkReplicaSet) => (isNear(item) ? item : withoutManifests(item));
  const { items } = await client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets, { transform });
  const near = items.filter(isNear);
  const live = near.length === 0 ? [] : (await client.list(workloadDeployments, { metadataOnly: true })).items;
  const staying = new Set(live.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(keyOf));
  const byOwner = Map.groupBy(near, (replicaSet) => keyOfDeployment(replicaSet));
  const peers: Peer[] = [];
  for (const [key, owned] of byOwner) {
    if (key === undefined || !staying.has(key)) continue;
    const [namespace = '', name = ''] = key.split('/');
    for (const { state, ownedOn } of observedStates(await statesOf(client, owned))) {
      if (namespaces.has(state.namespace)) peers.push({ namespace, name, visible: true, state, appliedOn: ownedOn });
    }
  }
  return peers;
}

function keyOfDeployment(object: KubeObject): string | undefined {
  const owner = namedOwner(object);
  return owner?.kind === 'WorkloadDeployment' ? `${owner.namespace}/${owner.name}` : undefined;
}

function withoutManifests(item: ManifestWorkReplicaSet): ManifestWorkReplicaSet {
  return { ...item, spec: { placementRefs: [], manifestWorkTemplate: { workload: { manifests: [] } } } };
}

/** ManifestWorkReplicaSets with their ManifestWorks and Placements, read live. */
async function statesOf(client: Client, replicaSets: readonly ManifestWorkReplicaSet[]): Promise<AppliedReplicaSet[]> {
  return Promise.all(
    replicaSets.map(async (replicaSet): Promise<AppliedReplicaSet> => {
      const { namespace = '', name } = replicaSet.metadata;
      const labelSelector = `${replicaSetLabel}=${namespace}.${name}`;
      const [works, found] = await Promise.all([
        client.list<ManifestWork>(manifestWorks, { labelSelector }),
        Promise.all(
          replicaSet.spec.placementRefs.map((ref) =>
            getIfPresent<Placement>(client, placements, { namespace, name: ref.name }),
          ),
        ),
      ]);
      return {
        replicaSet,
        environment: environmentOf(replicaSet),
        manifestWorks: works.items,
        placements: found.filter((placement) => placement !== undefined),
      };
    }),
  );
}
