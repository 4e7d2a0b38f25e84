const apiVersion = 'spectrocloud.com/v1beta1';

interface Named {
  namespace: string;
  name: string;
}

/** An Environment with topology-ocm that selects `clusters` clusters. Another value of `edit` makes another revision. */
export function ocmEnvironment({
  namespace,
  name,
  clusters = 1,
  edit = '1',
}: Named & { clusters?: number; edit?: string }) {
  return {
    apiVersion,
    kind: 'Environment',
    metadata: { namespace, name, annotations: { edit } },
    spec: { topology: { type: 'topology-ocm', properties: { placement: { numberOfClusters: clusters } } } },
  };
}

/** A WorkloadProfile with one component. */
export function webProfile({ namespace, name, image = 'web:1' }: Named & { image?: string }) {
  return {
    apiVersion,
    kind: 'WorkloadProfile',
    metadata: { namespace, name },
    spec: { workload: { components: [{ name: 'web', type: 'webservice', properties: { image } }] } },
  };
}

interface DeploymentSample extends Named {
  /** A ref, such as `primary@v2`. */
  environment: string;
  profile: string;
  /** The namespace on the spokes. */
  spokeNamespace: string;
  labels?: Record<string, string>;
}

/** A WorkloadDeployment. Its Workload has the same name. */
export function deployment({ namespace, name, environment, profile, spokeNamespace, labels = {} }: DeploymentSample) {
  return {
    apiVersion,
    kind: 'WorkloadDeployment',
    metadata: { namespace, name },
    spec: {
      workload: { name, namespace: spokeNamespace, metadata: { labels } },
      environmentRef: { name: environment },
      workloadProfileRef: { name: profile },
    },
  };
}

/** The input of `kubectl apply -f -` for these objects. */
export function manifest(objects: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}
