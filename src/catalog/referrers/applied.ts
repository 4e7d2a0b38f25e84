import { workloadDeployments } from '../../api/kinds.ts';
import { apiVersionOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets } from '../../api/ocm.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
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
  return [...deploymentsOf(labelled), ...deploymentsOf(unlabelled).filter((each) => !isCached(...each))].map(
    ([ofNamespace, name]) => ({
      apiVersion: apiVersionOf(workloadDeployments),
      kind: workloadDeployments.kind,
      metadata: { namespace: ofNamespace, name },
    }),
  );
}

function deploymentsOf(replicaSets: readonly KubeObject[]): [namespace: string, name: string][] {
  const keys = new Set(replicaSets.flatMap((each) => deploymentOf(each) ?? []));
  return [...keys].map((key) => {
    const [namespace = '', name = ''] = key.split('/');
    return [namespace, name];
  });
}
