import { locateCertificateFiles, ensureCertificates, readPem } from '../files/certificates.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { apiserverOf, controllerManagerOf, portOf } from '../inventory.ts';
import { formatKubeconfig } from '../files/kubeconfig.ts';
import { ensureStarted, waitReady } from './process.ts';
import type { StartOptions } from './process.ts';
import type { HubState } from '../files/state.ts';
import { writeWhole } from '../files/write-file.ts';

/** The client certificates of each cluster. The default RBAC rules contain the user name of the controller manager. */
const clients = {
  admin: { user: 'mooring-hub-admin', groups: ['system:masters'] },
  'controller-manager': { user: 'system:kube-controller-manager' },
};

/** Creates missing certificates, and the kubeconfigs of an administrator and of the controller manager. */
export async function ensureClusterFiles(state: HubState, files: HubFiles, cluster: string, now: Date): Promise<void> {
  const certificates = await ensureCertificates(files.certificates(cluster), cluster, clients, now);
  const authority = await readPem(certificates.authority);
  for (const [name, { user }] of Object.entries(clients)) {
    const { certificate, key } = certificates.client(name);
    const credentials = { certificate: await readPem(certificate), key: await readPem(key) };
    const file = name === 'admin' ? cluster : `${cluster}-${name}`;
    const content = formatKubeconfig({ cluster, user, server: serverOf(state, cluster), authority, credentials });
    await writeWhole(files.kubeconfig(file), content);
  }
}

/** Creates missing certificates of etcd. All API servers use the client certificate `apiserver`. */
export async function ensureEtcdFiles(files: HubFiles, now: Date): Promise<void> {
  await ensureCertificates(files.certificates('etcd'), 'etcd', { apiserver: { user: 'apiserver' } }, now);
}

/** The URL of the API server of a cluster. */
export function serverOf(state: HubState, cluster: string): string {
  return `https://127.0.0.1:${portOf(state, `${cluster}-apiserver`)}`;
}

/** The certificate (PEM) of the authority that signed the certificate of the API server. */
export async function authorityOf(files: HubFiles, cluster: string): Promise<string> {
  return readPem(locateCertificateFiles(files.certificates(cluster)).authority);
}

// Long enough for three API servers that start at the same time on a busy machine with two cores.
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
 * Starts the controller manager without waiting. Call it after the CRDs are applied, because the garbage collector looks for
 * new kinds only every 30 s.
 */
export async function startControllerManager(
  state: HubState,
  files: HubFiles,
  cluster: string,
  start: StartOptions,
): Promise<void> {
  await ensureStarted(files, controllerManagerOf(state, files, cluster), start);
}
