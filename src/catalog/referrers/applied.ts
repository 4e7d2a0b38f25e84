import { workloadDeployments } from '../../api/kinds.ts';
import { apiVersionOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets } from '../../api/ocm.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { deploymentOf, environmentOf, environmentSelector } from '../../domain/render/render-identity.ts';
import { spokeNamespaceSelector, unlabelledSelector } from '../../domain/render/spoke-namespace-label.ts';
import type { Client } from '../../kube/client/client.ts';
import { listIfServed } from '../../kube/client/discovery.ts';

export interface AppliedOptions {
  client: Pick<Client, 'list' | 'raw'>;
  /** Whether a cache has a deployment, so that its index tells whether it is in the spoke namespace. */
  isCached: (namespace: string, name: string) => boolean;
  signal?: AbortSignal | undefined;
}

/**
 * The deployments that may be applied in a spoke namespace, with their names only. They are found by their ManifestWorkReplicaSets,
 * which are listed live by a label: two lists of metadata. Those without the label were written by an earlier version, and may be
 * many until the controller has labelled them.
 */
export async function appliedIn(
  namespace: string,
  { client, isCached, signal }: AppliedOptions,
): Promise<KubeObject[]> {
  const list = (labelSelector: string) =>
    listIfServed<KubeObject>(client, manifestWorkReplicaSets, { labelSelector, metadataOnly: true, signal });
  const [labelled, unlabelled] = await Promise.all([
    list(spokeNamespaceSelector([namespace])),
    list(unlabelledSelector),
  ]);
  return [...deploymentsOf(labelled), ...deploymentsOf(unlabelled).filter((each) => !isCached(...each))].map(namedOnly);
}

/** The deployments that are applied from an Environment, with their names only, found by their ManifestWorkReplicaSets: one list. */
export async function appliedFrom(
  environment: { namespace: string; name: string },
  { client, hash, signal }: Pick<AppliedOptions, 'client' | 'signal'> & { hash: Hash },
): Promise<KubeObject[]> {
  const key = `${environment.namespace}/${environment.name}`;
  const labelSelector = environmentSelector(key, hash);
  const options = { labelSelector, metadataOnly: true, signal };
  const found = await listIfServed<KubeObject>(client, manifestWorkReplicaSets, options);
  return deploymentsOf(found.filter((replicaSet) => environmentOf(replicaSet) === key)).map(namedOnly);
}

function namedOnly([namespace, name]: DeploymentKey): KubeObject {
  const { kind } = workloadDeployments;
  return { apiVersion: apiVersionOf(workloadDeployments), kind, metadata: { namespace, name } };
}

type DeploymentKey = [namespace: string, name: string];

function deploymentsOf(replicaSets: readonly KubeObject[]): DeploymentKey[] {
  const keys = new Set(replicaSets.flatMap((each) => deploymentOf(each) ?? []));
  return [...keys].map((key) => {
    const [namespace = '', name = ''] = key.split('/');
    return [namespace, name];
  });
}
