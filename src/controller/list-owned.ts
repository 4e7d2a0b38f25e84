import type { KubeObject, Resource } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import { isNotFound } from '../kube/client/errors.ts';

export interface OwnSelection {
  /** A hash of the identity; something else may have the same. */
  labelSelector: string;
  /** Whether an object bears the identity itself. */
  isOwn: (object: KubeObject) => boolean;
}

/** Metadata of what is ours on the hub, read live: what a cache has not seen yet would stay for ever. */
export async function ownLive(
  client: Client,
  resource: Resource,
  { labelSelector, isOwn }: OwnSelection,
): Promise<KubeObject[]> {
  try {
    const { items } = await client.list(resource, { labelSelector, metadataOnly: true });
    return items.filter(isOwn);
  } catch (error) {
    // Without OCM's kinds there is nothing of ours either.
    if (isNotFound(error)) return [];
    throw error;
  }
}

/** Deletes objects that are not being deleted yet; a namesake that came meanwhile stays. */
export async function deleteAll(client: Client, resource: Resource, objects: readonly KubeObject[]): Promise<void> {
  for (const { metadata } of objects) {
    const { namespace, name, uid, deletionTimestamp } = metadata;
    if (deletionTimestamp === undefined) await client.delete(resource, { namespace, name }, { uid });
  }
}
