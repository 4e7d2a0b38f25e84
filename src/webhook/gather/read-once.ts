import type { NeededRight } from '../../domain/admission/facts.ts';
import type { GatherOptions } from './context.ts';

/**
 * The same options, for one request: each namespace, right and Placement is read at most once. The first decision, from caches, and
 * the second one, from live objects, may both depend on it, because it was read after the request had arrived.
 */
export function readOnce(options: GatherOptions): GatherOptions {
  const { hub } = options;
  const namespaces = once((namespace, signal) => options.namespaceState(namespace, signal));
  const rights = new Map<string, Promise<boolean>>();
  const uses = once((namespace, signal) => hub.namespaceUse(namespace, signal));
  const placements = once((key, signal) => {
    const [namespace = '', name = ''] = key.split('/');
    return hub.placement(namespace, name, signal);
  });
  return {
    ...options,
    namespaceState: namespaces,
    isAllowed: (user, right, signal) => {
      const key = keyOf(right);
      const known = rights.get(key) ?? options.isAllowed(user, right, signal);
      rights.set(key, known);
      return known;
    },
    hub: {
      ...hub,
      namespaceUse: uses,
      placement: (namespace, name, signal) => placements(`${namespace}/${name}`, signal),
    },
  };
}

/** Reads what belongs to each key once. */
function once<T>(
  read: (key: string, signal: AbortSignal) => Promise<T>,
): (key: string, signal: AbortSignal) => Promise<T> {
  const found = new Map<string, Promise<T>>();
  return (key, signal) => {
    const known = found.get(key) ?? read(key, signal);
    found.set(key, known);
    return known;
  };
}

/** What an access review asks for a right. All rights of a request are those of one user. */
function keyOf({ verb, group, resource, namespace, name }: NeededRight): string {
  return JSON.stringify([verb, group, resource, namespace, name]);
}
