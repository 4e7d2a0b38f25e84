import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { accountOf, installNamespace, type Role } from '../../../../src/api/names.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { ApiError } from '../../../../src/kube/client/errors.ts';
import { formatKubeconfig } from './kubeconfig.ts';
import { writeWhole } from './write-file.ts';

const serviceAccounts = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
} as const;
const lifetimeSeconds = 365 * 24 * 3600;

export interface RoleTokenOptions {
  role: Role;
  /** The path of the kubeconfig. */
  path: string;
  /** An administrator of the hub. */
  client: Client;
  /** Creates a client with the credentials of a kubeconfig. */
  clientOf: (kubeconfig: string) => Client;
  server: string;
  authority: string;
  now: Date;
}

/** Writes the kubeconfig of a role with a new token, unless the present token is accepted and fresh. */
export async function ensureRoleKubeconfig(options: RoleTokenOptions): Promise<void> {
  const { role, path, client, server, authority, now } = options;
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present !== undefined && isFresh(readToken(present), now) && (await isAccepted(options))) return;
  const credentials = { token: await requestToken(client, { namespace: installNamespace, name: accountOf(role) }) };
  await writeWhole(path, formatKubeconfig({ cluster: 'hub', user: accountOf(role), server, authority, credentials }));
}

/** A new token of a service account. It is valid for a year unless the API server limits that. */
export async function requestToken(client: Client, account: { namespace: string; name: string }): Promise<string> {
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: account,
    spec: { expirationSeconds: lifetimeSeconds },
    status: { token: '' },
  };
  const { status } = await client.create(serviceAccounts, request, { subresource: 'token', name: account.name });
  return status.token;
}

/** Whether less than half of the lifetime of a JWT has passed. False if the token cannot be parsed. */
export function isFresh(token: string | undefined, now: Date): boolean {
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

/** The token of the first user in a kubeconfig. */
export function readToken(kubeconfig: string): string | undefined {
  const token: unknown = parseDocument(kubeconfig).getIn(['users', 0, 'user', 'token']);
  return typeof token === 'string' ? token : undefined;
}

/** A token is not accepted after its service account was deleted, even if there is a new one with the same name. */
async function isAccepted({ clientOf, path }: RoleTokenOptions): Promise<boolean> {
  try {
    await clientOf(path).raw('GET', '/version');
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 401) return false;
    throw error;
  }
}
