import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import { apiVersionOf, type KubeObject, type ObjectMeta, type Resource } from '../../src/api/object.ts';

interface DeploymentUser {
  name: string;
  namespace?: string;
  environment?: { name: string; namespace?: string };
  profile?: { name: string; namespace?: string };
  metadata?: Partial<ObjectMeta>;
}

/** A WorkloadDeployment for tests that depend on its refs only. */
export function deploymentUser(options: DeploymentUser): [Resource, KubeObject] {
  const { name, namespace = 'team', environment = { name: 'none' }, profile = { name: 'none' }, metadata } = options;
  const spec = { workload: { name }, environmentRef: environment, workloadProfileRef: profile };
  const object = { apiVersion: apiVersionOf(workloadDeployments), kind: 'WorkloadDeployment', spec };
  return [workloadDeployments, { ...object, metadata: { namespace, name, ...metadata } }];
}

/** An Environment for tests that depend on its topology only. */
export function environmentUser(name: string, type: string, namespace = 'team'): [Resource, KubeObject] {
  const object = { apiVersion: apiVersionOf(environments), kind: 'Environment', spec: { topology: { type } } };
  return [environments, { ...object, metadata: { namespace, name } }];
}
