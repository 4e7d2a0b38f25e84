import { roles, webhookConfigurationName, type Role } from '../../../../src/api/names.ts';
import { webhookConfigurations } from '../../../../src/tls/ca-bundle.ts';
import { waitForAdmission } from '../apply/admission-ready.ts';
import { createDiscovery } from '../apply/discovery.ts';
import { readPolicyObjects } from '../apply/hub-objects.ts';
import { authorityOf, serverOf } from './cluster.ts';
import { roleOf } from '../inventory.ts';
import { ensureStarted, waitReady } from './process.ts';
import { ensureRoleKubeconfig } from '../files/role-token.ts';
import type { StartContext } from './start-context.ts';
import { stopNamed } from './stop.ts';

const readyMs = 60_000;

/** Starts the three roles without waiting. Each has a kubeconfig with its own rights, so the RBAC objects must be applied. */
export async function startRoles(options: StartContext): Promise<void> {
  await Promise.all(roles.map((role) => startRole(role, options)));
}

async function startRole(role: Role, { state, files, client, clientOf, start, now }: StartContext): Promise<void> {
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

/** Waits until the roles report that they are ready and the API server calls the webhooks. */
export async function waitForMooring({ state, files, client }: StartContext): Promise<void> {
  await Promise.all(roles.map((role) => waitReady(files, roleOf(state, files, role), readyMs)));
  await waitForAdmission(client, readyMs);
}

/**
 * Stops the roles and deletes the webhook configurations and the policies. Without the roles, the configurations would deny
 * every request, and nobody would remove the finalizers that the policies guard.
 */
export async function removeMooring({ files, client }: Pick<StartContext, 'files' | 'client'>): Promise<void> {
  for (const kind of webhookConfigurations) await client.delete(kind, { name: webhookConfigurationName });
  const discovery = createDiscovery(client);
  for (const { apiVersion, kind, metadata } of await readPolicyObjects()) {
    await client.delete(await discovery.resourceOf(apiVersion, kind), { name: metadata.name });
  }
  await stopNamed(files, roles);
}
