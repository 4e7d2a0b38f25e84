/** OCM stand-in (local runs only): writes a status or finalizers only if they change. */

import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import type { Client } from '../../../src/kube/client/client.ts';
import { isNotFound } from '../../../src/kube/client/errors.ts';

/** Replaces the status of `object` if it differs. Throws on a conflict, because the caller must compute the status again. */
export async function writeStatus<T extends KubeObject & { status?: object }>(
  client: Client,
  resource: Resource,
  object: T,
  status: NonNullable<T['status']>,
): Promise<T> {
  if (isDeepStrictEqual(object.status, status)) return object;
  return client.replace<T>(resource, { ...object, status }, { subresource: 'status' });
}

/** Adds the finalizer if it is missing. Returns the object after that. */
export async function addFinalizer<T extends KubeObject>(
  client: Client,
  resource: Resource,
  object: T,
  finalizer: string,
): Promise<T> {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(finalizer)) return object;
  return writeFinalizers(client, resource, object, [...finalizers, finalizer]);
}

/** Removes the finalizer. It is not an error if the object does not exist. */
export async function removeFinalizer(
  client: Client,
  resource: Resource,
  object: KubeObject,
  finalizer: string,
): Promise<void> {
  const finalizers = object.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) return;
  const rest = finalizers.filter((each) => each !== finalizer);
  try {
    await writeFinalizers(client, resource, object, rest);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The resourceVersion prevents that a concurrent change of the finalizers is lost. */
function writeFinalizers<T extends KubeObject>(
  client: Client,
  resource: Resource,
  object: T,
  finalizers: string[],
): Promise<T> {
  const { namespace, name, resourceVersion = '' } = object.metadata;
  return client.patch<T>(resource, { namespace, name }, { metadata: { resourceVersion, finalizers } });
}
