import { certificateFiles, ensureCertificates, readPem } from '../files/certificates.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { apiserverOf, controllerManagerOf, portOf } from '../inventory.ts';
import { kubeconfigText } from '../files/kubeconfig.ts';
import { ensureStarted, waitReady } from './process.ts';
import type { StartOptions } from './process.ts';
import type { HubState } from '../files/state.ts';
import { writeWhole } from '../files/write-file.ts';

/** Who gets a client certificate in each cluster; the controller manager's name is the one that RBAC's defaults know. */
const clients = {
  admin: { user: 'mooring-hub-admin', groups: ['system:masters'] },
  'controller-manager': { user: 'system:kube-controller-manager' },
};

/** Makes what is missing of a cluster's certificates and kubeconfigs: an administrator's, named for the cluster, and the controller manager's. */
export async function ensureClusterFiles(state: HubState, files: HubFiles, cluster: string, now: Date): Promise<void> {
  const certificates = await ensureCertificates(files.certificates(cluster), cluster, clients, now);
  const authority = await readPem(certificates.authority);
  for (const [name, { user }] of Object.entries(clients)) {
    const { certificate, key } = certificates.client(name);
    const credentials = { certificate: await readPem(certificate), key: await readPem(key) };
    const holder = name === 'admin' ? cluster : `${cluster}-${name}`;
    const text = kubeconfigText({ cluster, user, server: serverOf(state, cluster), authority, credentials });
    await writeWhole(files.kubeconfig(holder), text);
  }
}

/** Makes etcd's certificates; `apiserver` is the client that all API servers are to it. */
export async function ensureEtcdFiles(files: HubFiles, now: Date): Promise<void> {
  await ensureCertificates(files.certificates('etcd'), 'etcd', { apiserver: { user: 'apiserver' } }, now);
}

/** The address of a cluster's API server. */
export function serverOf(state: HubState, cluster: string): string {
  return `https://127.0.0.1:${portOf(state, `${cluster}-apiserver`)}`;
}

/** The PEM of the authority that a cluster's API server is known by. */
export async function authorityOf(files: HubFiles, cluster: string): Promise<string> {
  return readPem(certificateFiles(files.certificates(cluster)).authority);
}

// Three API servers that start at once on a busy machine of two cores.
const readyMs = 90_000;

/** Starts the API server and waits until it is ready. */
export async function startApiserver(
  state: HubState,
  files: HubFiles,
  cluster: string,
  start: StartOptions,
): Promise<void> {
  const spec = apiserverOf(state, files, cluster);
  await ensureStarted(files, spec, start);
  await waitReady(files, spec, readyMs);
}

/**
 * Starts the controller manager, without waiting. Best after the cluster's CRDs are applied: the garbage collector looks
 * for new kinds only every 30 s.
 */
export async function startControllerManager(
  state: HubState,
  files: HubFiles,
  cluster: string,
  start: StartOptions,
): Promise<void> {
  await ensureStarted(files, controllerManagerOf(state, files, cluster), start);
}
