import type { KubeObject, Resource } from '../../../src/api/object.ts';
import type { Client } from '../../../src/kube/client/client.ts';
import { isNotFound } from '../../../src/kube/client/errors.ts';
import type { ObjectKey } from '../../../src/kube/client/requests.ts';

/** An object as it is now; `undefined` where there is none. */
export async function find<T extends KubeObject>(
  client: Client,
  resource: Resource,
  key: ObjectKey,
): Promise<T | undefined> {
  try {
    return await client.get<T>(resource, key);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
