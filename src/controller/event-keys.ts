import { revisionedKindNames, type RevisionedKindName } from '../api/definition-revision.ts';
import { keyOf, type KubeObject } from '../api/object.ts';
import { replicaSetLabel, type ManifestWork, type ManifestWorkReplicaSet, type Placement } from '../api/ocm.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { definitionIndexes, topologyName } from '../catalog/stores/cached.ts';
import { recordedKey, recordedTopology } from '../catalog/revision-records.ts';
import { spokeNamespacesOf } from '../catalog/referrers/keys.ts';
import { targetsOf } from '../domain/refs/uses.ts';
import type { Definition } from '../domain/revisions/definition.ts';
import { namespacesIn } from '../domain/spoke/work-namespaces.ts';
import { deploymentOf, environmentOf } from '../domain/render/render-identity.ts';
import { deploymentIndexes, listOf, replicaSetIndexes, type ControllerCaches } from './caches.ts';
import { definitionKey } from './revisions/own-revisions.ts';

/** What the functions below read besides the object. */
export interface EventContext {
  caches: ControllerCaches;
  systemNamespace: string;
}

/** Deployments that may refer to a definition. They are found by name alone, because a ref may resolve to another namespace. */
export function referringDeployments(
  kind: RevisionedKindName,
  { metadata: { name } }: Pick<Definition, 'metadata'>,
  { caches: { deployments } }: EventContext,
): string[] {
  switch (kind) {
    case 'Environment':
      return deployments.byIndex(deploymentIndexes.environmentRef, name).map(keyOf);
    case 'WorkloadProfile':
      return deployments.byIndex(deploymentIndexes.workloadProfileRef, name).map(keyOf);
    case 'PolicyDefinition':
      // An older revision of an Environment may use a topology that its newest one does not, so all deployments are affected.
      return deployments.list().map(keyOf);
  }
}

/** The PolicyDefinition that the topology type of an Environment names; it may not exist. */
export function topologyOfEnvironment(environment: Definition, { systemNamespace }: EventContext): string[] {
  return topologyName(environment).map((name) => topologyKey(name, systemNamespace));
}

/** Environments that use a PolicyDefinition as their topology. */
export function environmentsWithTopology({ metadata }: Definition, { caches }: EventContext): string[] {
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
  return blockedIn(namespacesIn(replicaSet), caches);
}

/** Definitions that the refs of a deployment may resolve to: their numbers of users depend on the deployment. */
export function definitionsOfDeployment(deployment: WorkloadDeployment, { systemNamespace }: EventContext): string[] {
  return targetsOf(deployment, systemNamespace);
}

/** The fields of a deployment that decide which definitions and revisions it uses. */
export function refsOfDeployment({ spec, metadata, status }: WorkloadDeployment): unknown[] {
  const used = [status?.environment, status?.workloadProfile];
  return [spec.environmentRef, spec.workloadProfileRef, metadata.deletionTimestamp, ...used];
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
export function deploymentOfWork({ metadata }: ManifestWork, { caches }: EventContext): string[] {
  // `<namespace>.<name>`; the name of a namespace contains no dots.
  const [namespace = '', ...name] = (metadata.labels?.[replicaSetLabel] ?? '').split('.');
  const replicaSet = caches.replicaSets.get(namespace, name.join('.'));
  return replicaSet === undefined ? [] : deploymentOfRendered(replicaSet);
}

function blockedIn(namespaces: readonly string[], { deployments }: ControllerCaches): string[] {
  return namespaces.flatMap((namespace) =>
    deployments.byIndex(deploymentIndexes.blockedNamespace, namespace).map(keyOf),
  );
}

function topologyKey(name: string, systemNamespace: string): string {
  return `PolicyDefinition/${systemNamespace}/${name}`;
}
