import { join } from 'node:path';
import { installNamespace, systemNamespace } from '../../../../src/api/names.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import { namespace, objectsIn, objectsOf } from './apply.ts';
import { withLocalUrl } from './webhook-url.ts';

const deploy = join(import.meta.dirname, '..', '..', '..');
const standIn = join(import.meta.dirname, '..', '..', 'ocm-stand-in');

/** The namespace that topologies place from unless they say otherwise, and the set that is bound there. */
const sharedNamespace = 'managed-cluster-set-global';
const sharedSet = 'global';

const ocmApi = 'cluster.open-cluster-management.io/v1beta2';

/** What mooring needs on a hub: namespaces, its kinds, its rights. */
export async function mooringObjects(): Promise<KubeObject[]> {
  return [
    ...[systemNamespace, installNamespace, sharedNamespace].map(namespace),
    ...(await objectsIn(join(deploy, 'crds'))),
    ...(await objectsOf(join(deploy, 'rbac.yaml'))),
  ];
}

/** Both webhook configurations, calling this machine at `port`. */
export async function webhookObjects(port: number): Promise<KubeObject[]> {
  const configurations = await objectsOf(join(deploy, 'webhooks.yaml'));
  return configurations.map((configuration) => withLocalUrl(configuration, port));
}

/** OCM's kinds and the set of all clusters; real OCM brings these by itself. */
export async function standInObjects(): Promise<KubeObject[]> {
  return [...(await objectsIn(join(standIn, 'crds'))), setObject()];
}

/** The CRD that must be there before `bindingObject` can be applied. */
export const bindingCrd = 'managedclustersetbindings.cluster.open-cluster-management.io';

/** Lets Placements in the shared namespace select from all clusters. */
export function bindingObject(): KubeObject {
  const metadata = { name: sharedSet, namespace: sharedNamespace };
  return withSpec({ apiVersion: ocmApi, kind: 'ManagedClusterSetBinding', metadata }, { clusterSet: sharedSet });
}

function setObject(): KubeObject {
  const clusterSelector = { selectorType: 'LabelSelector', labelSelector: {} };
  return withSpec(
    { apiVersion: ocmApi, kind: 'ManagedClusterSet', metadata: { name: sharedSet } },
    { clusterSelector },
  );
}

/** What arrives on every spoke of mooring: the Workload kind, and the agent's right to it. */
export async function spokeObjects(): Promise<KubeObject[]> {
  return objectsIn(join(deploy, 'spoke'));
}

function withSpec<Spec>(object: KubeObject, spec: Spec): KubeObject & { spec: Spec } {
  return { ...object, spec };
}
