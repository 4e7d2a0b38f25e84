import type { KubeObject, Resource } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import { refusalOf, type HubFailure } from './hub-refusal.ts';

/**
 * Deletes objects that are not terminating, as they were read: neither another object with the same name is deleted, nor one that
 * has changed since. So a deletion of an earlier leader that arrives late deletes nothing that is wanted again. Returns a failure if a
 * hub namespace is not open; the objects in other namespaces are deleted nevertheless. Throws any other error, also conflicts.
 */
export async function deleteFromHub(
  client: Client,
  resource: Resource,
  objects: readonly KubeObject[],
  onDeleted: (deleted: KubeObject) => void = () => {},
): Promise<HubFailure | undefined> {
  const closed = new Map<string, HubFailure | undefined>();
  for (const object of objects) {
    const { namespace = '', name, uid, resourceVersion, deletionTimestamp } = object.metadata;
    if (deletionTimestamp !== undefined || closed.has(namespace)) continue;
    try {
      await client.delete(resource, { namespace, name }, { uid, resourceVersion });
      onDeleted(object);
    } catch (error) {
      const refusal = await refusalOf(client, error, { resource, namespace, verbs: ['delete'] });
      if (refusal === undefined) throw error;
      // Kubernetes deletes what a terminating namespace contains, and the RoleBinding may be the first.
      closed.set(namespace, refusal.reason === 'HubNamespaceNotOpen' ? refusal : undefined);
    }
  }
  return [...closed.values()].find((failure) => failure !== undefined);
}
