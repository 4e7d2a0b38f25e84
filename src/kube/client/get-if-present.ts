import type { KubeObject, Resource } from '../../api/object.ts';
import type { Client } from './client.ts';
import { isNotFound } from './errors.ts';
import type { GetOptions, ObjectKey } from './requests.ts';

/** The object as it is now; `undefined` if it does not exist. */
export async function getIfPresent<T = KubeObject>(
  client: Pick<Client, 'get'>,
  resource: Resource,
  key: ObjectKey,
  options?: GetOptions,
): Promise<T | undefined> {
  try {
    return await client.get<T>(resource, key, options);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
