import type { Resource } from '../../api/object.ts';
import type { Client } from '../client/client.ts';
import { getIfPresent } from '../client/get-if-present.ts';

/** The kind Namespace of Kubernetes. */
export const namespaces: Resource = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** The fields of a namespace that mooring uses. */
export interface NamespaceState {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Whether it is terminating: then nothing can be created in it. */
  terminating: boolean;
}

/** Reads the state of a namespace from its metadata; `undefined` if it does not exist. */
export async function readNamespaceState(
  client: Pick<Client, 'get'>,
  name: string,
  signal?: AbortSignal,
): Promise<NamespaceState | undefined> {
  const found = await getIfPresent(client, namespaces, { name }, { metadataOnly: true, signal });
  if (found === undefined) return undefined;
  const { labels = {}, annotations = {}, deletionTimestamp } = found.metadata;
  return { labels, annotations, terminating: deletionTimestamp !== undefined };
}
