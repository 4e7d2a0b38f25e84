import {
  localClusterLabel,
  managedClusters,
  managedClusterSets,
  manifestWorkReplicaSets,
  manifestWorks,
  placements,
  replicaSetLabel,
  type ManifestWork,
  type ManifestWorkReplicaSet,
  type Placement,
} from '../api/ocm.ts';
import { revisionedKindNames } from '../api/definition-revision.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { revisionedResources } from '../catalog/stores/live.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import { deploymentOf, environmentOf } from '../domain/render/render-identity.ts';
import type { TopologyKind } from '../domain/render/topology-kind.ts';
import { withCompactSpec } from '../domain/json/compact-json.ts';
import { isRuleBlock, type AppliedReason } from '../domain/applied-reasons.ts';
import type { KubeObject, ObjectMeta } from '../api/object.ts';
import { spokeNamespacesAnnotation } from '../domain/annotations.ts';
import { namespaces } from '../kube/objects/namespaces.ts';
import { definitionCaches, type DefinitionCaches } from '../catalog/stores/cached.ts';
import { deploymentCache, referrerIndexes } from '../catalog/deployment-cache.ts';
import { spokeNamespacesOf } from '../catalog/referrers/keys.ts';
import type { Client } from '../kube/client/client.ts';
import { Informer } from '../kube/cache/informer.ts';
import { waitForAbort } from '../kube/wait-for-abort.ts';
import type { Log } from '../log.ts';
import { replicaSetOf, WorkReducer, type CachedWork } from './cached-works.ts';
import { OtherKindCache } from './other-kinds/other-kind-cache.ts';

/** All caches of the controller. */
export interface ControllerCaches {
  definitions: DefinitionCaches;
  deployments: Informer<WorkloadDeployment>;
  placements: Informer<Placement>;
  replicaSets: Informer<ManifestWorkReplicaSet>;
  manifestWorks: Informer<CachedWork, ManifestWork>;
  workReducer: WorkReducer;
  /** The metadata of the Namespaces on the hub: their names, and which spoke namespaces they list. */
  namespaces: Informer<HubNamespace>;
  /** The metadata of the ManagedClusters: their names, and the labels of those that are the hub itself. */
  managedClusters: Informer<KubeObject>;
  managedClusterSets: Informer<KubeObject>;
  /** One for each kind of `--topology-kind`, with the objects of mooring only. */
  otherKinds: readonly OtherKindCache[];
}

/** A Namespace on the hub, as far as the controller caches it. */
export type HubNamespace = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;

/** Indexes of deployments: those that find referrers, and one of blocked deployments by the namespaces that they wait for. */
export const deploymentIndexes = {
  ...referrerIndexes,
  blockedNamespace: 'blockedNamespace',
  /** By the reason of `Applied=False`, for the rules that depend on what Namespaces on the hub list. */
  unlisted: 'unlisted',
} as const;

/** Indexes of rendered Placements: by deployment and by Environment, `namespace/name` each. */
export const placementIndexes = { deployment: 'deployment', environment: 'environment' } as const;

/**
 * Indexes of ManifestWorkReplicaSets: by deployment and by the Placements that they refer to (`namespace/name` each), and by the
 * namespaces on the spokes that they contain or are applied in.
 */
export const replicaSetIndexes = {
  deployment: 'deployment',
  placement: 'placement',
  spokeNamespace: 'spokeNamespace',
} as const;

/** Index of ManifestWorks: by `namespace.name` of their ManifestWorkReplicaSet. */
export const manifestWorkIndexes = { replicaSet: 'replicaSet' } as const;

/** Index of ManagedClusters: those that are the hub itself, as `true`. */
export const managedClusterIndexes = { local: 'local' } as const;

/** A list of the value, or an empty one. */
export function listOf(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

/** Whether a rule blocks the deployment because of another deployment. */
function isBlockedByRule({ status }: WorkloadDeployment): boolean {
  const applied = status?.conditions?.find(({ type }) => type === 'Applied');
  return applied?.status === 'False' && isRuleBlock(applied.reason);
}

/** The reason for which a deployment waits until Namespaces on the hub list its spoke namespace. */
function unlistedReason({ status }: WorkloadDeployment): string | undefined {
  const applied = status?.conditions?.find(({ type }) => type === 'Applied');
  return applied?.status === 'False' && unlistedReasons.some((reason) => reason === applied.reason)
    ? applied.reason
    : undefined;
}

/** Reasons of deployments that may be applied once a Namespace on the hub lists another spoke namespace. */
export const unlistedReasons = ['SpokeNamespaceNotAllowed', 'SpokeNamespaceInUse'] as const satisfies AppliedReason[];

/** A Namespace with the one annotation that the controller reads. */
function listingOnly({ apiVersion, kind, metadata }: HubNamespace): HubNamespace {
  const { name, uid, resourceVersion, annotations } = metadata;
  const listed = annotations?.[spokeNamespacesAnnotation];
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(listed === undefined ? {} : { annotations: { [spokeNamespacesAnnotation]: listed } }),
    },
  };
}

/** A ManagedCluster without what nobody reads: only the labels of the hub itself decide anything. */
function labelsOfHubOnly({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, uid, resourceVersion, labels } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(labels?.[localClusterLabel] === 'true' ? { labels } : {}),
    },
  };
}

export interface CachesOptions {
  client: Client;
  log: Log;
  systemNamespace: string;
  hash: Hash;
  /** The kinds that topologies may render besides those of OCM. */
  topologyKinds?: readonly TopologyKind[];
}

/** Creates the caches; `runCaches` starts them. */
export function createCaches(options: CachesOptions): ControllerCaches {
  const { client, log, systemNamespace, hash, topologyKinds = [] } = options;
  const workReducer = new WorkReducer(hash);
  const replicaSets: ControllerCaches['replicaSets'] = new Informer<ManifestWorkReplicaSet>({
    client,
    log,
    resource: manifestWorkReplicaSets,
    transform: (replicaSet) => workReducer.reduceReplicaSet(replicaSet, cachedOf(replicaSets, replicaSet)),
    indexes: {
      [replicaSetIndexes.deployment]: (replicaSet) => listOf(deploymentOf(replicaSet)),
      [replicaSetIndexes.placement]: ({ metadata, spec }) =>
        spec.placementRefs.map(({ name }) => `${metadata.namespace ?? ''}/${name}`),
      [replicaSetIndexes.spokeNamespace]: (replicaSet) => workReducer.namespacesIn(replicaSet),
    },
  });
  const replicaSetOfWork = ({ metadata }: ManifestWork) => {
    const { namespace, name } = replicaSetOf(metadata);
    return replicaSets.get(namespace, name);
  };
  const works: ControllerCaches['manifestWorks'] = new Informer<CachedWork, ManifestWork>({
    client,
    log,
    resource: manifestWorks,
    transform: (work) => workReducer.reduce(work, replicaSetOfWork(work), cachedOf(works, work)),
    labelSelector: replicaSetLabel,
    indexes: { [manifestWorkIndexes.replicaSet]: ({ metadata }) => listOf(metadata.labels?.[replicaSetLabel]) },
  });
  return {
    workReducer,
    definitions: definitionCaches(client, log, { with: 'status' }),
    deployments: deploymentCache({
      client,
      log,
      systemNamespace,
      indexes: {
        [deploymentIndexes.blockedNamespace]: (deployment) =>
          isBlockedByRule(deployment) ? spokeNamespacesOf(deployment) : [],
        [deploymentIndexes.unlisted]: (deployment) => listOf(unlistedReason(deployment)),
      },
    }),
    placements: new Informer<Placement>({
      client,
      log,
      resource: placements,
      transform: withCompactSpec,
      indexes: {
        [placementIndexes.deployment]: (placement) => listOf(deploymentOf(placement)),
        [placementIndexes.environment]: (placement) => listOf(environmentOf(placement)),
      },
    }),
    replicaSets,
    manifestWorks: works,
    namespaces: new Informer<HubNamespace>({
      client,
      log,
      resource: namespaces,
      metadataOnly: true,
      transform: listingOnly,
    }),
    managedClusters: new Informer<KubeObject>({
      client,
      log,
      resource: managedClusters,
      metadataOnly: true,
      transform: labelsOfHubOnly,
      indexes: { [managedClusterIndexes.local]: ({ metadata }) => listOf(metadata.labels?.[localClusterLabel]) },
    }),
    managedClusterSets: new Informer<KubeObject>({ client, log, resource: managedClusterSets }),
    otherKinds: topologyKinds.map((kind) => new OtherKindCache({ client, log, kind, hash })),
  };
}

/** The cached state of an object. */
function cachedOf<T extends { metadata: ObjectMeta }>(
  cache: Pick<Informer<T>, 'get'>,
  { metadata }: KubeObject,
): T | undefined {
  return cache.get(metadata.namespace, metadata.name);
}

/** Runs the caches until the signal. ManifestWorks come after ManifestWorkReplicaSets, so that equal manifests are in memory once. */
export async function runCaches(caches: ControllerCaches, signal: AbortSignal): Promise<void> {
  const { replicaSets } = caches;
  await Promise.all(
    allInformers(caches).map(async ([resource, informer]) => {
      if (resource === manifestWorks.plural) await Promise.race([replicaSets.synced, waitForAbort(signal)]);
      await informer.run(signal);
    }),
  );
}

/** What all caches have in common. */
type AnyCache = Pick<Informer<never>, 'run' | 'synced' | 'hasSynced' | 'whyNotReady' | 'lastContact'>;

/** All caches with the plural of their resource, or with the kind as `--topology-kind` names it. */
export function allInformers({ definitions, ...rest }: ControllerCaches): [string, AnyCache][] {
  const named = {
    ...Object.fromEntries(revisionedKindNames.map((kind) => [revisionedResources[kind].plural, definitions[kind]])),
    definitionrevisions: definitions.revisions,
    workloaddeployments: rest.deployments,
    placements: rest.placements,
    manifestworkreplicasets: rest.replicaSets,
    manifestworks: rest.manifestWorks,
    namespaces: rest.namespaces,
    managedclusters: rest.managedClusters,
    managedclustersets: rest.managedClusterSets,
    ...Object.fromEntries(rest.otherKinds.map((cache) => [cache.name, cache])),
  };
  return Object.entries<AnyCache>(named);
}
