import type { Resource } from '../api/object.ts';
import type { Definition } from '../domain/definitions.ts';
import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';

/** All objects of a kind; where the user may not read those, the ones in `namespace`, which is then a `partial` answer. */
export async function listEverywhere(
  client: Client,
  resource: Resource,
  namespace: string,
): Promise<{ items: Definition[]; partial: boolean }> {
  try {
    return { items: (await client.list<Definition>(resource)).items, partial: false };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403) throw error;
    return { items: (await client.list<Definition>(resource, { namespace })).items, partial: true };
  }
}
