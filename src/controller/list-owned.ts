import type { KubeObject, Resource } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import { isNotFound } from '../kube/client/errors.ts';

export interface OwnedSelection {
  /** Selects by a hash of the identity; another object may have the same hash. */
  labelSelector: string;
  /** Whether an object has the identity itself. */
  isOwn: (object: KubeObject) => boolean;
}

/** The metadata of our objects on the hub, read live: an object that is missing in the cache would never be deleted. */
export async function listOwned(
  client: Client,
  resource: Resource,
  { labelSelector, isOwn }: OwnedSelection,
): Promise<KubeObject[]> {
  try {
    const { items } = await client.list(resource, { labelSelector, metadataOnly: true });
    return items.filter(isOwn);
  } catch (error) {
    // If the kinds of OCM are not installed, there are no objects of ours either.
    if (isNotFound(error)) return [];
    throw error;
  }
}

/** Deletes the objects that are not terminating; an object that has taken one of their names stays. */
export async function deleteAll(client: Client, resource: Resource, objects: readonly KubeObject[]): Promise<void> {
  for (const { metadata } of objects) {
    const { namespace, name, uid, deletionTimestamp } = metadata;
    if (deletionTimestamp === undefined) await client.delete(resource, { namespace, name }, { uid });
  }
}
