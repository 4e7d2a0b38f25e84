import type { Resource } from '../api/object.ts';
import type { Client } from './client.ts';
import { isNotFound } from './errors.ts';

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

/** The labels of a namespace; `undefined` where there is no such namespace. */
export async function namespaceLabels(client: Client, name: string): Promise<Record<string, string> | undefined> {
  try {
    const { metadata } = await client.get(NAMESPACES, { name }, { metadataOnly: true });
    return metadata.labels ?? {};
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
