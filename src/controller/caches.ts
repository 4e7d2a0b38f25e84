import type { KubeObject } from '../api/object.ts';
import {
  manifestWorkReplicaSets,
  manifestWorks,
  placements,
  replicaSetLabel,
  type ManifestWork,
  type ManifestWorkReplicaSet,
  type Placement,
} from '../api/ocm.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { deploymentAnnotation, environmentAnnotation } from '../domain/annotations.ts';
import { namespacesIn } from '../domain/spoke/work-namespaces.ts';
import { applyEnforcedCodes } from '../domain/admission/rule-codes.ts';
import { definitionCaches, type DefinitionCaches } from '../catalog/stores/cached.ts';
import { deploymentCache, spokeNamespacesOf } from '../catalog/referrers.ts';
import type { Client } from '../kube/client/client.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Log } from '../log.ts';

/** Everything that the controller watches. */
export interface ControllerCaches {
  definitions: DefinitionCaches;
  deployments: Informer<WorkloadDeployment>;
  placements: Informer<Placement>;
  replicaSets: Informer<ManifestWorkReplicaSet>;
  works: Informer<ManifestWork>;
}

/** `namespace/name` of the WorkloadDeployment that an object on the hub was rendered for. */
export function deploymentOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[deploymentAnnotation];
}

/** `namespace/name` of the Environment that an object on the hub was rendered from, without the revision. */
export function environmentOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[environmentAnnotation]?.replace(/@v\d+$/, '');
}

const owned = {
  deployment: (object: KubeObject) => listOf(deploymentOf(object)),
  environment: (object: KubeObject) => listOf(environmentOf(object)),
};

function listOf(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

/** Name of the index of works by the namespaces on the spokes that they hold or are in. */
export const bySpokeNamespaceOfReplicaSet = 'heldWork';

/** Name of the index of deployments that are held for the sake of others, by their namespace on the spokes. */
export const byBlockedNamespace = 'heldNamespace';

function isHeld({ status }: WorkloadDeployment): boolean {
  const applied = status?.conditions?.find(({ type }) => type === 'Applied');
  return applied?.status === 'False' && applyEnforcedCodes.has(applied.reason);
}

/** Caches that are not running yet. */
export function createCaches(client: Client, log: Log): ControllerCaches {
  return {
    definitions: definitionCaches(client, log, { with: 'status' }),
    deployments: deploymentCache(client, log, {
      // Those that wait for another deployment, by the namespace that they wait for.
      [byBlockedNamespace]: (deployment) => (isHeld(deployment) ? spokeNamespacesOf(deployment) : []),
    }),
    placements: new Informer<Placement>({
      client,
      log,
      resource: placements,
      indexes: owned,
    }),
    replicaSets: new Informer<ManifestWorkReplicaSet>({
      client,
      log,
      resource: manifestWorkReplicaSets,
      indexes: {
        ...owned,
        [bySpokeNamespaceOfReplicaSet]: namespacesIn,
        placement: ({ metadata, spec }) => spec.placementRefs.map(({ name }) => `${metadata.namespace ?? ''}/${name}`),
      },
    }),
    works: new Informer<ManifestWork>({
      client,
      log,
      resource: manifestWorks,
      labelSelector: replicaSetLabel,
      indexes: { replicaSet: ({ metadata }) => listOf(metadata.labels?.[replicaSetLabel]) },
    }),
  };
}

/** All informers, by the name of their resource. */
export function allInformers({ definitions, ...rest }: ControllerCaches): [string, Informer<never>][] {
  const named = {
    environments: definitions.Environment,
    workloadprofiles: definitions.WorkloadProfile,
    policydefinitions: definitions.PolicyDefinition,
    definitionrevisions: definitions.revisions,
    workloaddeployments: rest.deployments,
    placements: rest.placements,
    manifestworkreplicasets: rest.replicaSets,
    manifestworks: rest.works,
  };
  return Object.entries(named) as unknown as [string, Informer<never>][];
}
