import type { KubeObject, Resource } from '../api/object.ts';
import { finalizer } from '../domain/annotations.ts';
import type { Client } from '../kube/client/client.ts';
import { isNotFound } from '../kube/client/errors.ts';

/** Whether an object waits for us when it is deleted. */
export function hasFinalizer({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.includes(finalizer) === true;
}

/** Makes an object wait for us when it is deleted. Other finalizers stay; a newer object is a conflict. */
export async function addFinalizer(client: Client, resource: Resource, object: KubeObject): Promise<void> {
  await writeFinalizers(client, resource, object, [...(object.metadata.finalizers ?? []), finalizer]);
}

/** Lets an object go. One that is gone already is fine: a cache may still show it. */
export async function removeFinalizer(client: Client, resource: Resource, object: KubeObject): Promise<void> {
  const others = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  try {
    await writeFinalizers(client, resource, object, others);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function writeFinalizers(client: Client, resource: Resource, object: KubeObject, finalizers: string[]) {
  const { namespace, name, resourceVersion = null } = object.metadata;
  await client.patch(resource, { namespace, name }, { metadata: { finalizers, resourceVersion } });
}
