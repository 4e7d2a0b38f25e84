import type { KubeObject, Resource } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import type { Informer } from '../kube/cache/informer.ts';

export interface OwnedSelection {
  /** Where to search; no list reads all namespaces of the hub. */
  namespaces: Iterable<string>;
  /** Selects by a hash of the identity. Objects of other owners may have the same hash. */
  labelSelector: string;
  /** Whether an object really has this identity. */
  isOwn: (object: KubeObject) => boolean;
  /** Whether the whole objects are read, not only their metadata. */
  isWhole?: boolean;
  /** The cache of the kind. It knows whether the kind is not served. */
  cache: Pick<Informer<KubeObject>, 'isNotServed'>;
}

/** The owned objects in some namespaces, read live, because an object that the cache lacks would never be deleted. */
export async function listOwned(
  client: Client,
  resource: Resource,
  { namespaces, labelSelector, isOwn, isWhole = false, cache }: OwnedSelection,
): Promise<KubeObject[]> {
  try {
    const read = [...new Set(namespaces)].map((namespace) =>
      client.list(resource, { namespace, labelSelector, metadataOnly: !isWhole }),
    );
    return (await Promise.all(read)).flatMap(({ items }) => items.filter(isOwn));
  } catch (error) {
    // If the kinds of OCM are not installed, there are no such objects.
    if (await cache.isNotServed(error)) return [];
    throw error;
  }
}

/** Deletes the objects that are not terminating, by uid: another object with the same name is not deleted. */
export async function deleteAll(client: Client, resource: Resource, objects: readonly KubeObject[]): Promise<void> {
  for (const { metadata } of objects) {
    const { namespace, name, uid, deletionTimestamp } = metadata;
    if (deletionTimestamp === undefined) await client.delete(resource, { namespace, name }, { uid });
  }
}
