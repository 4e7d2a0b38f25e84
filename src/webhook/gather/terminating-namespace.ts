import type { GatherContext } from './context.ts';

/**
 * The objects that may block a deletion in a namespace on the hub. In a namespace that is terminating, all objects are deleted,
 * so none of them blocks the deletion of another. The namespace is read only if one of the objects is in it.
 */
export async function withoutTerminating<T extends { namespace: string }>(
  objects: readonly T[],
  namespace: string,
  { namespaceState, signal }: Pick<GatherContext, 'namespaceState' | 'signal'>,
): Promise<readonly T[]> {
  if (!objects.some((object) => object.namespace === namespace)) return objects;
  if ((await namespaceState(namespace, signal))?.terminating !== true) return objects;
  return objects.filter((object) => object.namespace !== namespace);
}
