/** OCM stand-in (local runs only): keys of work queues. */

/** The parts of `namespace/name`. The key of a cluster-scoped object is its name. */
export function splitKey(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: undefined, name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
