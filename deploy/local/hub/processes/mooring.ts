import { roles, webhookConfigurationName, type Role } from '../../../../src/api/names.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { waitForAdmission, webhookKinds } from '../apply/admission-ready.ts';
import { authorityOf, serverOf } from './cluster.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { roleOf } from '../inventory.ts';
import { ensureStarted, waitReady } from './process.ts';
import type { StartOptions } from './process.ts';
import { runningProcesses } from './process-table.ts';
import { ensureRoleKubeconfig } from '../files/role-token.ts';
import type { HubState } from '../files/state.ts';
import { stopAll } from './stop.ts';

/** What the roles of mooring are started with. */
export interface MooringOptions {
  state: HubState;
  files: HubFiles;
  /** An administrator of the hub. */
  client: Client;
  clientOf: (kubeconfig: string) => Client;
  start: StartOptions;
  now: Date;
}

const readyMs = 60_000;

/** Starts the three roles, each with a kubeconfig of its own rights, without waiting. Their rights must be applied. */
export async function startRoles(options: MooringOptions): Promise<void> {
  await Promise.all(roles.map((role) => startRole(role, options)));
}

async function startRole(role: Role, { state, files, client, clientOf, start, now }: MooringOptions): Promise<void> {
  await ensureRoleKubeconfig({
    role,
    path: files.kubeconfig(role),
    client,
    clientOf,
    server: serverOf(state, 'hub'),
    authority: await authorityOf(files, 'hub'),
    now,
  });
  await ensureStarted(files, roleOf(state, files, role), start);
}

/** Waits until the roles say that they are ready and admission proves it. */
export async function waitForMooring({ state, files, client }: MooringOptions): Promise<void> {
  await Promise.all(roles.map((role) => waitReady(files, roleOf(state, files, role), readyMs)));
  await waitForAdmission(client, readyMs);
}

/** Ends the roles and takes the webhook configurations away, which would refuse everything without them. */
export async function removeMooring({ files, client }: Pick<MooringOptions, 'files' | 'client'>): Promise<void> {
  const running = await runningProcesses(files.directory);
  for (const kind of webhookKinds) await client.delete(kind, { name: webhookConfigurationName });
  await stopAll(
    files,
    running.filter(({ name }) => roles.some((role) => role === name)),
    15_000,
  );
}
