import type { Client } from '../../../src/kube/client/client.ts';
import { applyObjects, isEstablished } from './apply/apply.ts';
import { ensureClusterFiles, ensureEtcdFiles, startApiserver, startControllerManager } from './processes/cluster.ts';
import { createHubClient } from './apply/hub-client.ts';
import {
  bindingCrd,
  readClusterSetBindings,
  readMooringObjects,
  readPolicyObjects,
  readSpokeObjects,
  readStandInObjects,
  readWebhookObjects,
} from './apply/hub-objects.ts';
import { listClusterNames, controllerManagerOf, etcdOf, portOf } from './inventory.ts';
import { removeMooring, startRoles, waitForMooring } from './processes/mooring.ts';
import { ensureStarted, waitReady } from './processes/process.ts';
import type { StartContext } from './processes/start-context.ts';
import { startStandIn, stopStandIn } from './processes/ocm.ts';
import { listSpokeNames } from './files/state.ts';

/** What all steps share. */
type HubStart = Omit<StartContext, 'client' | 'clientOf'>;

const readyMs = 60_000;

/** Starts all processes that do not run, applies the objects that the clusters need, and waits until all is ready. */
export async function startAll(hub: HubStart): Promise<void> {
  const { state, files, start, now } = hub;
  await ensureEtcdFiles(files, now);
  for (const cluster of listClusterNames(state)) await ensureClusterFiles(state, files, cluster, now);
  const etcd = etcdOf(state, files);
  await ensureStarted(files, etcd, start);
  await waitReady(files, etcd, readyMs);
  const spokes = awaitAll(listSpokeNames(state.spokes).map((spoke) => startSpoke(hub, spoke)));
  await awaitAll([startHubCluster(hub, spokes), spokes]);
  for (const cluster of listClusterNames(state))
    await waitReady(files, controllerManagerOf(state, files, cluster), readyMs);
}

async function startSpoke({ state, files, start }: HubStart, spoke: string): Promise<void> {
  await startApiserver(state, files, spoke, start);
  await applyObjects(createHubClient(files.kubeconfig(spoke)), await readSpokeObjects());
  await startControllerManager(state, files, spoke, start);
}

async function startHubCluster(hub: HubStart, spokes: Promise<unknown>): Promise<void> {
  const { state, files, start } = hub;
  await startApiserver(state, files, 'hub', start);
  const client = createHubClient(files.kubeconfig('hub'));
  const { withoutOcm, withoutMooring } = state;
  await applyObjects(client, [
    ...(await readMooringObjects()),
    ...(withoutOcm ? [] : await readStandInObjects()),
    ...(withoutMooring ? [] : await readWebhookObjects(portOf(state, 'webhook'))),
    ...(withoutMooring ? [] : await readPolicyObjects()),
  ]);
  await applyBinding(client, start.print);
  await startControllerManager(state, files, 'hub', start);
  const context: StartContext = { ...hub, client, clientOf: createHubClient };
  await awaitAll([
    withoutOcm ? stopStandIn(files) : spokes.then(() => startStandIn(context)),
    withoutMooring ? removeMooring(context) : startRoles(context).then(() => waitForMooring(context)),
  ]);
}

async function applyBinding(client: Client, print: (line: string) => void): Promise<void> {
  if (await isEstablished(client, bindingCrd)) await applyObjects(client, await readClusterSetBindings());
  else print('without OCM there is no kind ManagedClusterSetBinding, so none is created');
}

/** Waits until all tasks have ended, also if one fails, so that none continues after this call. Then throws the first error. */
async function awaitAll(tasks: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
