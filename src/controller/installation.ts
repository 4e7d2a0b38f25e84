import { crdNameOf, customResourceDefinitions } from '../api/crd.ts';
import { workloadDeployments } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import { sleep as realSleep, type Sleep } from '../kube/sleep.ts';
import type { Log } from '../log.ts';

interface InstallationOptions {
  log: Log;
  signal: AbortSignal;
  sleep?: Sleep;
}

const retryMs = 5000;

/**
 * The uid of the CustomResourceDefinition of WorkloadDeployments, which differs after a reinstallation. Nothing is applied
 * without it, so it is read until that succeeds; `undefined` if the signal is aborted first.
 */
export async function readInstallation(
  client: Pick<Client, 'get'>,
  { log, signal, sleep = realSleep }: InstallationOptions,
): Promise<string | undefined> {
  while (!signal.aborted) {
    try {
      const { metadata } = await readDefinition(client);
      if (metadata.uid !== undefined) return metadata.uid;
    } catch (error) {
      log.error({ err: error }, 'the CustomResourceDefinition of WorkloadDeployments cannot be read; trying again');
    }
    await sleep(retryMs, signal);
  }
  return undefined;
}

/** Whether this is still the installation, and nobody is removing it: a terminating CRD deletes all deployments. */
export async function isInstalled(client: Pick<Client, 'get'>, installation: string): Promise<boolean> {
  const { metadata } = await readDefinition(client);
  return metadata.uid === installation && metadata.deletionTimestamp === undefined;
}

/** Why objects of an installation stay that is not the present one. */
export const notInstalled = `CustomResourceDefinition ${crdNameOf(workloadDeployments)} is being deleted, or was installed again; after a new installation, restart the controller`;

function readDefinition(client: Pick<Client, 'get'>): Promise<KubeObject> {
  const key = { name: crdNameOf(workloadDeployments) };
  return client.get(customResourceDefinitions, key, { metadataOnly: true });
}
