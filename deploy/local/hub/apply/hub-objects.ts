import { join } from 'node:path';
import { installNamespace, systemNamespace } from '../../../../src/api/names.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import { buildNamespace, readFolder, readObjects } from './apply.ts';
import { buildWebhookService, withLocalPort } from './webhook-service.ts';

const deploy = join(import.meta.dirname, '..', '..', '..');
const standIn = join(import.meta.dirname, '..', '..', 'ocm-stand-in');

/** The ManagedClusterSet of all clusters. */
const sharedSet = 'global';

const ocmApi = 'cluster.open-cluster-management.io/v1beta2';

/** The namespaces, CRDs and RBAC objects that mooring needs on a hub. */
export async function readMooringObjects(): Promise<KubeObject[]> {
  return [
    ...[systemNamespace, installNamespace].map(buildNamespace),
    ...(await readFolder(join(deploy, 'crds'))),
    ...(await readObjects(join(deploy, 'rbac.yaml'))),
    ...(await readHubNamespaceObjects()).filter((object) => !isClusterSetBinding(object)),
  ];
}

/** Both webhook configurations, and a Service that leads to the webhook on this machine. */
export async function readWebhookObjects(port: number): Promise<KubeObject[]> {
  const configurations = await readObjects(join(deploy, 'webhooks.yaml'));
  return [buildWebhookService(), ...configurations.map((configuration) => withLocalPort(configuration, port))];
}

/** The ValidatingAdmissionPolicies with their bindings. */
export async function readPolicyObjects(): Promise<KubeObject[]> {
  return readObjects(join(deploy, 'policies.yaml'));
}

/** The CRDs of OCM and the ManagedClusterSet of all clusters. The real OCM creates them by itself. */
export async function readStandInObjects(): Promise<KubeObject[]> {
  return [...(await readFolder(join(standIn, 'crds'))), buildSet()];
}

/** The CRD that must exist before the result of `readClusterSetBindings` can be applied. */
export const bindingCrd = 'managedclustersetbindings.cluster.open-cluster-management.io';

/** What allows Placements in the shared namespace to select from all clusters. */
export async function readClusterSetBindings(): Promise<KubeObject[]> {
  return (await readHubNamespaceObjects()).filter(isClusterSetBinding);
}

function readHubNamespaceObjects(): Promise<KubeObject[]> {
  return readObjects(join(deploy, 'hub-namespace.yaml'));
}

function isClusterSetBinding({ kind }: KubeObject): boolean {
  return kind === 'ManagedClusterSetBinding';
}

function buildSet(): KubeObject {
  const clusterSelector = { selectorType: 'LabelSelector', labelSelector: {} };
  return withSpec(
    { apiVersion: ocmApi, kind: 'ManagedClusterSet', metadata: { name: sharedSet } },
    { clusterSelector },
  );
}

/** The CRD of Workload, and the right of OCM's work agent to write Workloads. */
export async function readSpokeObjects(): Promise<KubeObject[]> {
  return readFolder(join(deploy, 'spoke'));
}

function withSpec<Spec>(object: KubeObject, spec: Spec): KubeObject & { spec: Spec } {
  return { ...object, spec };
}
