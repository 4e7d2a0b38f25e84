import { revisionedKindNames, type RevisionedKindName } from '../api/definition-revision.ts';
import { keyOf, type KubeObject } from '../api/object.ts';
import { localClusterLabel, type ManifestWorkReplicaSet, type Placement } from '../api/ocm.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { definitionIndexes, revisionIndexes, topologyName } from '../catalog/stores/cached.ts';
import { recordedKey, recordedTopology } from '../catalog/revision-records.ts';
import { spokeNamespacesOf, usedDefinitions } from '../catalog/referrers/keys.ts';
import { definitionKeyOf } from '../domain/refs/uses.ts';
import type { Definition } from '../domain/revisions/definition.ts';
import { listedSpokeNamespaces } from '../domain/spoke/spoke-namespaces.ts';
import { deploymentOf, environmentOf } from '../domain/render/render-identity.ts';
import {
  deploymentIndexes,
  listOf,
  managedClusterIndexes,
  replicaSetIndexes,
  unlistedReasons,
  type ControllerCaches,
  type HubNamespace,
} from './caches.ts';
import { replicaSetOf, type CachedWork } from './cached-works.ts';
import { definitionKey } from './revisions/own-revisions.ts';

/** What the functions below read besides the object. */
export interface EventContext {
  caches: ControllerCaches;
  systemNamespace: string;
}

/** Deployments that use a definition: a ref may mean it, or it is applied, or it is the topology of their Environment. */
export function referringDeployments(
  kind: RevisionedKindName,
  { metadata: { namespace = '', name } }: Pick<Definition, 'metadata'>,
  context: EventContext,
): string[] {
  const { deployments } = context.caches;
  const keys =
    kind === 'PolicyDefinition'
      ? environmentsThatUsed({ namespace, name }, context)
      : [definitionKeyOf(kind, namespace, name)];
  return keys.flatMap((key) => deployments.byIndex(deploymentIndexes.definition, key)).map(keyOf);
}

/** Environments of which the newest revision or a recorded one has a PolicyDefinition as its topology: deployments may use any of them. */
function environmentsThatUsed(
  { namespace, name }: { namespace: string; name: string },
  context: EventContext,
): string[] {
  if (namespace !== context.systemNamespace) return [];
  const { Environment, revisions } = context.caches.definitions;
  const newest = Environment.byIndex(definitionIndexes.topology, name).map((found) =>
    definitionKey('Environment', found),
  );
  return [...new Set([...newest, ...revisions.byIndex(revisionIndexes.topology, name).flatMap(recordedKey)])];
}

/** The PolicyDefinition that the topology type of an Environment names; it may not exist. */
export function topologyOfEnvironment(environment: Definition, { systemNamespace }: EventContext): string[] {
  return topologyName(environment).map((name) => topologyKey(name, systemNamespace));
}

/** Environments that use a PolicyDefinition as their topology. One outside the system namespace is never used. */
export function environmentsWithTopology(
  { metadata }: Definition,
  { caches, systemNamespace }: EventContext,
): string[] {
  if (metadata.namespace !== systemNamespace) return [];
  return caches.definitions.Environment.byIndex(definitionIndexes.topology, metadata.name).map((environment) =>
    definitionKey('Environment', environment),
  );
}

/** The PolicyDefinition that the topology type of a recorded Environment names; it may not exist. */
export function topologyOfRevision(revision: KubeObject, { systemNamespace }: EventContext): string[] {
  return recordedTopology(revision).map((name) => topologyKey(name, systemNamespace));
}

/** Deployments that may refer to the definition that a DefinitionRevision records. */
export function deploymentsOfRevision(revision: KubeObject, context: EventContext): string[] {
  return recordedKey(revision).flatMap((key) => {
    const [kindName, namespace = '', name = ''] = key.split('/');
    const kind = revisionedKindNames.find((known) => known === kindName);
    return kind === undefined ? [] : referringDeployments(kind, { metadata: { namespace, name } }, context);
  });
}

/** Deployments that a rule blocks, in the namespaces on the spokes that a deployment has or had. */
export function blockedByDeployment(deployment: WorkloadDeployment, { caches }: EventContext): string[] {
  return blockedIn(spokeNamespacesOf(deployment), caches);
}

/** Deployments that a rule blocks, in the namespaces on the spokes that a ManifestWorkReplicaSet contains or is applied in. */
export function blockedByReplicaSet(replicaSet: ManifestWorkReplicaSet, { caches }: EventContext): string[] {
  return blockedIn(caches.workReducer.namespacesIn(replicaSet), caches);
}

/** Definitions that the refs of a deployment may mean, or that are applied: which revisions they retain depends on the deployment. */
export function definitionsOfDeployment(deployment: WorkloadDeployment, { systemNamespace }: EventContext): string[] {
  return usedDefinitions(deployment, systemNamespace);
}

/** The fields of a deployment that decide which definitions and revisions it uses. */
export function refsOfDeployment({ spec, metadata, status }: WorkloadDeployment): unknown[] {
  const used = [status?.environment, status?.workloadProfile];
  return [spec.environmentRef, spec.workloadProfileRef, metadata.deletionTimestamp, ...used];
}

/** Terminating topologies of the Environments that a deployment uses, of any revision: they wait until it does not use them. */
export function terminatingTopologiesOf(
  deployment: WorkloadDeployment,
  { caches: { definitions }, systemNamespace }: EventContext,
): string[] {
  const { Environment, PolicyDefinition, revisions } = definitions;
  const names = usedDefinitions(deployment, systemNamespace).flatMap((key) => {
    const [kind, namespace = '', name = ''] = key.split('/');
    const environment = kind === 'Environment' ? Environment.get(namespace, name) : undefined;
    const newest = environment === undefined ? [] : topologyName(environment);
    return [...newest, ...revisions.byIndex(revisionIndexes.recorded, key).flatMap(recordedTopology)];
  });
  return [...new Set(names)]
    .filter((name) => PolicyDefinition.get(systemNamespace, name)?.metadata.deletionTimestamp !== undefined)
    .map((name) => topologyKey(name, systemNamespace));
}

/** The deployment that an object on the hub was rendered for. */
export function deploymentOfRendered(object: KubeObject): string[] {
  return listOf(deploymentOf(object));
}

/** The Environment that a Placement was rendered from. */
export function environmentOfRendered(object: KubeObject): string[] {
  return listOf(environmentOf(object)).map((key) => `Environment/${key}`);
}

/** Deployments with a ManifestWorkReplicaSet that refers to a Placement. */
export function deploymentsWithPlacement(placement: Placement, { caches }: EventContext): string[] {
  return caches.replicaSets.byIndex(replicaSetIndexes.placement, keyOf(placement)).flatMap(deploymentOfRendered);
}

/** The deployment of the ManifestWorkReplicaSet that a ManifestWork belongs to. */
export function deploymentOfWork({ metadata }: Pick<CachedWork, 'metadata'>, { caches }: EventContext): string[] {
  const { namespace, name } = replicaSetOf(metadata);
  const replicaSet = caches.replicaSets.get(namespace, name);
  return replicaSet === undefined ? [] : deploymentOfRendered(replicaSet);
}

/** Deployments that wait until Namespaces on the hub list their spoke namespace. */
export function waitingForListing(_namespace: HubNamespace, { caches: { deployments } }: EventContext): string[] {
  return unlistedReasons.flatMap((reason) => deployments.byIndex(deploymentIndexes.unlisted, reason).map(keyOf));
}

/** All deployments, if a ManagedCluster is the hub itself: any of them may come to it. */
export function deploymentsOfHub(cluster: KubeObject, { caches }: EventContext): string[] {
  return labelsOfHub(cluster) === undefined ? [] : caches.deployments.list().map(keyOf);
}

/** The labels of a ManagedCluster that is the hub itself. */
export function labelsOfHub({ metadata }: KubeObject): unknown {
  return metadata.labels?.[localClusterLabel] === 'true' ? metadata.labels : undefined;
}

/** All deployments, if the hub itself is a cluster: the ManagedClusterSet may contain it. */
export function deploymentsOfSet(_set: KubeObject, { caches }: EventContext): string[] {
  const isHubACluster = caches.managedClusters.byIndex(managedClusterIndexes.local, 'true').length > 0;
  return isHubACluster ? caches.deployments.list().map(keyOf) : [];
}

/** The fields of a ManagedClusterSet that decide which clusters it contains. */
export function specOfSet(set: KubeObject & { spec?: unknown }): unknown {
  return set.spec;
}

/** The spoke namespaces that a Namespace on the hub lists. */
export function spokeNamespacesListedBy({ metadata }: HubNamespace): unknown[] {
  return listedSpokeNamespaces(metadata.annotations);
}

function blockedIn(namespaces: readonly string[], { deployments }: ControllerCaches): string[] {
  return namespaces.flatMap((namespace) =>
    deployments.byIndex(deploymentIndexes.blockedNamespace, namespace).map(keyOf),
  );
}

function topologyKey(name: string, systemNamespace: string): string {
  return `PolicyDefinition/${systemNamespace}/${name}`;
}
