import type { Client } from '../../../src/kube/client/client.ts';
import { applyObjects, isEstablished } from './apply/apply.ts';
import { ensureClusterFiles, ensureEtcdFiles, startApiserver, startControllerManager } from './processes/cluster.ts';
import type { HubFiles } from './files/hub-files.ts';
import { hubClient } from './apply/hub-client.ts';
import {
  bindingCrd,
  bindingObject,
  mooringObjects,
  spokeObjects,
  standInObjects,
  webhookObjects,
} from './apply/hub-objects.ts';
import { clusterNames, controllerManagerOf, etcdOf, portOf } from './inventory.ts';
import { removeMooring, startRoles, waitForMooring } from './processes/mooring.ts';
import { ensureStarted, waitReady, type StartOptions } from './processes/process.ts';
import { startStandIn, stopStandIn } from './processes/ocm.ts';
import { spokeNames, type HubState } from './files/state.ts';

/** What all steps of starting share. */
interface HubStart {
  state: HubState;
  files: HubFiles;
  start: StartOptions;
  now: Date;
}

const readyMs = 60_000;

/** Starts what does not run, applies what the clusters need, and waits until all is ready. */
export async function startHub(hub: HubStart): Promise<void> {
  const { state, files, start, now } = hub;
  await ensureEtcdFiles(files, now);
  for (const cluster of clusterNames(state)) await ensureClusterFiles(state, files, cluster, now);
  const etcd = etcdOf(state, files);
  await ensureStarted(files, etcd, start);
  await waitReady(files, etcd, readyMs);
  const spokes = allDone(spokeNames(state.spokes).map((spoke) => startSpoke(hub, spoke)));
  await allDone([startHubCluster(hub, spokes), spokes]);
  for (const cluster of clusterNames(state))
    await waitReady(files, controllerManagerOf(state, files, cluster), readyMs);
}

async function startSpoke({ state, files, start }: HubStart, spoke: string): Promise<void> {
  await startApiserver(state, files, spoke, start);
  await applyObjects(hubClient(files.kubeconfig(spoke)), await spokeObjects());
  await startControllerManager(state, files, spoke, start);
}

async function startHubCluster(hub: HubStart, spokes: Promise<unknown>): Promise<void> {
  const { state, files, start } = hub;
  await startApiserver(state, files, 'hub', start);
  const client = hubClient(files.kubeconfig('hub'));
  const { withoutOcm, withoutMooring } = state;
  await applyObjects(client, [
    ...(await mooringObjects()),
    ...(withoutOcm ? [] : await standInObjects()),
    ...(withoutMooring ? [] : await webhookObjects(portOf(state, 'webhook'))),
  ]);
  await applyBinding(client, start.print);
  await startControllerManager(state, files, 'hub', start);
  const mooring = { ...hub, client, clientOf: hubClient };
  await allDone([
    withoutOcm ? stopStandIn(files) : spokes.then(() => startStandIn({ ...hub, client, clientOf: hubClient })),
    withoutMooring ? removeMooring(mooring) : startRoles(mooring).then(() => waitForMooring(mooring)),
  ]);
}

async function applyBinding(client: Client, print: (line: string) => void): Promise<void> {
  if (await isEstablished(client, bindingCrd)) await applyObjects(client, [bindingObject()]);
  else print('without OCM: no ManagedClusterSetBinding is made, since its kind is not there');
}

/** Waits for all, even when one fails, so that nothing goes on behind the caller's back; then throws the first failure. */
async function allDone(tasks: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
