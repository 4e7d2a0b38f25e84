import type { KubeObject, Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { isNotFound } from '../../../../src/kube/client/errors.ts';

/** The object as it is now, or undefined if it does not exist. */
export async function getIfPresent<T = KubeObject>(
  client: Client,
  resource: Resource,
  key: { namespace?: string; name: string },
): Promise<T | undefined> {
  try {
    return await client.get<T>(resource, key);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
