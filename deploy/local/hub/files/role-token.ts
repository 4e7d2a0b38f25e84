import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { accountOf, installNamespace, type Role } from '../../../../src/api/names.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { ApiError } from '../../../../src/kube/client/errors.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { writeWhole } from './write-file.ts';

const serviceAccounts = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
} as const;
const lifetimeSeconds = 365 * 24 * 3600;

/** What it takes to give a role its kubeconfig. */
export interface RoleTokenOptions {
  role: Role;
  /** Where its kubeconfig goes. */
  path: string;
  /** An administrator of the hub. */
  client: Client;
  /** A client with the credentials in a file. */
  clientOf: (kubeconfig: string) => Client;
  server: string;
  authority: string;
  now: Date;
}

/** Sees to it that a role's kubeconfig works and will for long. */
export async function ensureRoleKubeconfig(options: RoleTokenOptions): Promise<void> {
  const { role, path, client, server, authority, now } = options;
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present !== undefined && lastsLong(tokenIn(present), now) && (await works(options))) return;
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace: installNamespace, name: accountOf(role) },
    spec: { expirationSeconds: lifetimeSeconds },
    status: { token: '' },
  };
  const { status } = await client.create(serviceAccounts, request, { subresource: 'token', name: accountOf(role) });
  const credentials = { token: status.token };
  await writeWhole(path, kubeconfigText({ cluster: 'hub', user: accountOf(role), server, authority, credentials }));
}

/** Whether more than half of a token's life is left. The token is a JWT; what cannot be read does not last. */
export function lastsLong(token: string | undefined, now: Date): boolean {
  const payload = token?.split('.')[1];
  if (payload === undefined) return false;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (typeof claims !== 'object' || claims === null || !('iat' in claims && 'exp' in claims)) return false;
    const { iat, exp } = claims;
    if (typeof iat !== 'number' || typeof exp !== 'number') return false;
    return now.getTime() / 1000 < (iat + exp) / 2;
  } catch {
    return false;
  }
}

/** The token of the first user in the text of a kubeconfig. */
export function tokenIn(kubeconfig: string): string | undefined {
  const token: unknown = parseDocument(kubeconfig).getIn(['users', 0, 'user', 'token']);
  return typeof token === 'string' ? token : undefined;
}

/** A token dies with its service account, even when that is made anew under the same name. */
async function works({ clientOf, path }: RoleTokenOptions): Promise<boolean> {
  try {
    await clientOf(path).raw('GET', '/version');
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 401) return false;
    throw error;
  }
}
