import type { Resource } from '../../api/object.ts';
import type { Client } from '../../kube/client/client.ts';
import { ApiError } from '../../kube/client/errors.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** All objects of a kind. If the user may not list them in all namespaces: those in `namespace`, and `partial` is true. */
export async function listEverywhere(
  client: Client,
  resource: Resource,
  namespace: string,
  options: { labelSelector?: string; metadataOnly?: boolean } = {},
): Promise<{ items: Definition[]; partial: boolean }> {
  try {
    return { items: (await client.list<Definition>(resource, options)).items, partial: false };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403) throw error;
    return { items: (await client.list<Definition>(resource, { ...options, namespace })).items, partial: true };
  }
}
