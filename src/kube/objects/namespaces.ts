import type { Resource } from '../../api/object.ts';
import type { Client } from '../client/client.ts';
import { isNotFound } from '../client/errors.ts';

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

/** What is asked about a namespace. */
export interface NamespaceState {
  labels: Record<string, string>;
  /** Whether it is being deleted: then nothing can be made in it. */
  terminating: boolean;
}

/** The state of a namespace, from its metadata; `undefined` where there is no such namespace. */
export async function namespaceState(
  client: Client,
  name: string,
  signal?: AbortSignal,
): Promise<NamespaceState | undefined> {
  try {
    const { metadata } = await client.get(NAMESPACES, { name }, { metadataOnly: true, signal });
    return { labels: metadata.labels ?? {}, terminating: metadata.deletionTimestamp !== undefined };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
