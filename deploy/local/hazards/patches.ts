/** What to write after `patch environment …`, as kubectl takes it. */

/** Changes properties of the topology. */
export function properties(change: object): string[] {
  return ['--type', 'merge', '-p', JSON.stringify({ spec: { topology: { properties: change } } })];
}

/** Changes what becomes of namespaces, in topology-ocm. */
export function spokeNamespace(change: { create?: boolean; orphan?: boolean }): string[] {
  return properties({
    manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: { spokeNamespace: change } } },
  });
}
