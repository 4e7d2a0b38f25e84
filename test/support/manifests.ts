import type { Environment, EnvironmentSpec } from '../../src/api/environment.ts';
import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';

const apiVersion = 'spectrocloud.com/v1beta1';

/** An Environment. `placement` and `lifecycle` are properties of its topology-ocm. */
export function environment(
  namespace: string,
  options: {
    name?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    placement?: JsonObject;
    lifecycle?: JsonObject;
    /** Replaces topology-ocm. */
    topology?: EnvironmentSpec['topology'];
  } = {},
): Environment {
  const { name = 'primary', labels, annotations, placement = { numberOfClusters: 1 }, lifecycle } = options;
  const manifestWorkTemplate = { lifecycle: lifecycle ?? {} };
  const properties: JsonObject = { placement, manifestWorkReplicaSet: { manifestWorkTemplate } };
  return {
    apiVersion,
    kind: 'Environment',
    metadata: { namespace, name, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: { topology: options.topology ?? { type: 'topology-ocm', properties } },
  };
}

/** A topology-ocm-byop with one Placement. */
export function byop(placementNamespace: string, placement: string): EnvironmentSpec['topology'] {
  const properties = { placementNamespace, placementRefs: [{ name: placement }] };
  return { type: 'topology-ocm-byop', properties };
}

/** A WorkloadProfile with one component. */
export function profile(namespace: string, name = 'web'): KubeObject & { spec: JsonObject } {
  const components = [{ name: 'ui', type: 'webservice', properties: { image: 'registry.test/web:1', port: 8080 } }];
  return { apiVersion, kind: 'WorkloadProfile', metadata: { namespace, name }, spec: { workload: { components } } };
}

/** A WorkloadDeployment of the profile `web`. Its Workload has the same name. */
export function deployment(
  namespace: string,
  options: { name?: string; environmentRef?: string; spokeNamespace?: string } = {},
): WorkloadDeployment {
  const { name = 'web', environmentRef = 'primary', spokeNamespace = namespace } = options;
  return {
    apiVersion,
    kind: 'WorkloadDeployment',
    metadata: { namespace, name },
    spec: {
      workload: { name, namespace: spokeNamespace },
      workloadProfileRef: { name: 'web' },
      environmentRef: { name: environmentRef },
    },
  };
}

/** The input of `kubectl apply -f -` for these objects. */
export function manifest(...objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}
