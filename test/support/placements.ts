import type { Environment, EnvironmentStatus } from '../../src/api/environment.ts';
import type { Condition, KubeObject } from '../../src/api/object.ts';
import type { Placement, PlacementDecision } from '../../src/api/ocm.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { identityHash } from '../../src/domain/render/naming.ts';

interface PlacementOptions {
  name?: string;
  namespace?: string;
  uid?: string;
  numberOfClusters?: number;
  clusterSets?: string[];
  /** OCM's reason. The condition is True only for `AllDecisionsScheduled`. Without a reason there is no condition. */
  reason?: string;
  generation?: number;
  observedGeneration?: number;
  /** `namespace/name@v4` of the Environment that it was rendered from. */
  from?: string;
  probe?: boolean;
}

/** A Placement with the status of OCM. */
export function aPlacement(options: PlacementOptions = {}): Placement {
  const {
    name = 'placement',
    namespace = 'hub',
    reason,
    from,
    numberOfClusters,
    clusterSets,
    observedGeneration,
  } = options;
  const condition: Condition | undefined =
    reason === undefined
      ? undefined
      : {
          type: 'PlacementSatisfied',
          status: reason === 'AllDecisionsScheduled' ? 'True' : 'False',
          reason,
          message: 'as OCM says it',
          ...(observedGeneration === undefined ? {} : { observedGeneration }),
        };
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'Placement',
    metadata: {
      name,
      namespace,
      uid: options.uid ?? `uid of ${name}`,
      generation: options.generation ?? 1,
      ...(from === undefined
        ? {}
        : {
            labels: labelsOf(from, options),
            annotations: {
              'spectrocloud.com/environment': from,
              ...(options.probe === true
                ? { 'spectrocloud.com/probe': 'true', 'spectrocloud.com/environment-uid': `uid of ${keyIn(from)}` }
                : {
                    'spectrocloud.com/deployment': `apps/${name}`,
                    'spectrocloud.com/deployment-uid': `uid of apps/${name}`,
                  }),
              'spectrocloud.com/installation': 'installation',
            },
          }),
    },
    spec: {
      ...(numberOfClusters === undefined ? {} : { numberOfClusters }),
      ...(clusterSets === undefined ? {} : { clusterSets }),
    },
    ...(condition === undefined ? {} : { status: { conditions: [condition] } }),
  };
}

function keyIn(from: string): string {
  return from.replace(/@.*/, '');
}

function labelsOf(from: string, { name = 'placement', probe = false }: PlacementOptions): Record<string, string> {
  return {
    'spectrocloud.com/environment-hash': identityHash(keyIn(from), sha256),
    ...(probe ? {} : { 'spectrocloud.com/deployment-hash': identityHash(`apps/${name}`, sha256) }),
  };
}

/** The metadata of the deployment that `aPlacement` was rendered for; its ref resolves to the Environment. */
export function deploymentFor({ metadata: { annotations = {} } }: Placement): KubeObject {
  const [namespace = '', name = ''] = (annotations['spectrocloud.com/deployment'] ?? '').split('/');
  return {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'WorkloadDeployment',
    metadata: {
      namespace,
      name,
      uid: annotations['spectrocloud.com/deployment-uid'] ?? '',
      annotations: { 'spectrocloud.com/environment-revision': annotations['spectrocloud.com/environment'] ?? '' },
    },
  };
}

/** The PlacementDecisions of a Placement. Like those of OCM, each has at most 100 decisions. `uid` is the uid of the owner. */
export function decisionsOf(
  placement: Placement,
  clusters: string[],
  uid = placement.metadata.uid ?? '',
): PlacementDecision[] {
  const pages = Math.max(1, Math.ceil(clusters.length / 100));
  const { name, namespace = '' } = placement.metadata;
  return Array.from({ length: pages }, (_, page) => ({
    apiVersion: placement.apiVersion,
    kind: 'PlacementDecision',
    metadata: {
      name: `${name}-decision-${page + 1}`,
      namespace,
      labels: { 'cluster.open-cluster-management.io/placement': name },
      ownerReferences: [{ apiVersion: placement.apiVersion, kind: 'Placement', name, uid, controller: true }],
    },
    status: {
      decisions: clusters.slice(page * 100, page * 100 + 100).map((clusterName) => ({ clusterName, reason: '' })),
    },
  }));
}

/** Sorted names of `count` clusters. */
export function clusterNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `spoke${String(index).padStart(5, '0')}`);
}

/** An Environment at a revision. */
export function anEnvironment(
  options: { name?: string; namespace?: string; revision?: number; status?: EnvironmentStatus } = {},
): Environment {
  const { name = 'prod', namespace = 'team', revision = 1, status } = options;
  return {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'Environment',
    metadata: {
      name,
      namespace,
      uid: `uid of ${namespace}/${name}`,
      generation: revision,
      annotations: { 'spectrocloud.com/revision': String(revision) },
    },
    spec: { topology: { type: 'topology-ocm' } },
    ...(status === undefined ? {} : { status }),
  };
}
