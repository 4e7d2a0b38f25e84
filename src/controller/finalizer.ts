import type { KubeObject, Resource } from '../api/object.ts';
import { finalizer } from '../domain/annotations.ts';
import type { Client } from '../kube/client/client.ts';
import { isNotFound } from '../kube/client/errors.ts';

/** Whether an object has the finalizer of mooring. */
export function hasFinalizer({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.includes(finalizer) === true;
}

/**
 * Adds the finalizer, so that the object is not removed before the controller has cleaned up. Other finalizers stay. Throws a
 * conflict if the object is newer than the one read.
 */
export async function addFinalizer(client: Client, resource: Resource, object: KubeObject): Promise<void> {
  await writeFinalizers(client, resource, object, [...(object.metadata.finalizers ?? []), finalizer]);
}

/** Removes the finalizer. Does not fail if the object does not exist any more, because a cache may still show it. */
export async function removeFinalizer(client: Client, resource: Resource, object: KubeObject): Promise<void> {
  const remaining = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  try {
    await writeFinalizers(client, resource, object, remaining);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function writeFinalizers(client: Client, resource: Resource, object: KubeObject, finalizers: string[]) {
  const { namespace, name, resourceVersion = null } = object.metadata;
  await client.patch(resource, { namespace, name }, { metadata: { finalizers, resourceVersion } });
}
