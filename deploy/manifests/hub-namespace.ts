import { clusterSetBinding, hubNamespaceBinding } from '../../src/api/hub-namespace.ts';
import { sharedHubNamespace } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';

/** The ManagedClusterSet that contains every cluster. OCM creates it. */
const globalClusterSet = 'global';

/** The hub namespace that every Environment may use by default: open to mooring, and with all clusters. */
export function sharedHubNamespaceObjects(): KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: sharedHubNamespace } },
    clusterSetBinding(sharedHubNamespace, globalClusterSet),
    hubNamespaceBinding(sharedHubNamespace),
  ];
}
