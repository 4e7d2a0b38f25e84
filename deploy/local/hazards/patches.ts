/** Arguments of `kubectl patch environment NAME` that change properties of the topology. */
export function topologyPatch(properties: object): string[] {
  return ['--type', 'merge', '-p', JSON.stringify({ spec: { topology: { properties } } })];
}

/** Arguments of `kubectl patch environment NAME` that change the lifecycle of the spoke namespace in topology-ocm. */
export function spokeNamespacePatch(spokeNamespace: { create?: boolean; orphan?: boolean }): string[] {
  return topologyPatch({ manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: { spokeNamespace } } } });
}
