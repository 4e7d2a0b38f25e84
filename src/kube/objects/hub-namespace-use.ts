import { hubNamespaceRole } from '../../api/names.ts';
import { roleBindings, type HubNamespaceUse } from '../../api/hub-namespace.ts';
import { kindsOnHub } from '../../api/kinds.ts';
import { managedClusters } from '../../api/ocm.ts';
import type { Client } from '../client/client.ts';
import { getIfPresent } from '../client/get-if-present.ts';
import { readNamespaceState } from './namespaces.ts';

export interface HubNamespaceUseOptions {
  sharedHubNamespaces: readonly string[];
  signal?: AbortSignal | undefined;
}

/** What the hub needs a namespace for; `undefined` if it does not exist, or if mooring and OCM do not need it. */
export async function readHubNamespaceUse(
  client: Pick<Client, 'get' | 'list'>,
  name: string,
  { sharedHubNamespaces, signal }: HubNamespaceUseOptions,
): Promise<HubNamespaceUse | undefined> {
  if (sharedHubNamespaces.includes(name)) return 'hub-namespace';
  if ((await readNamespaceState(client, name, signal)) === undefined) return undefined;
  for (const { resource } of kindsOnHub) {
    const { items } = await client.list(resource, { namespace: name, limit: 1, metadataOnly: true, signal });
    if (items.length > 0) return 'objects';
  }
  const read = { metadataOnly: true, signal };
  const binding = await getIfPresent(client, roleBindings, { namespace: name, name: hubNamespaceRole }, read);
  if (binding !== undefined) return 'hub-namespace';
  const cluster = await getIfPresent(client, managedClusters, { name }, read);
  return cluster === undefined ? undefined : 'cluster-namespace';
}
