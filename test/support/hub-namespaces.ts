import type { KubeObject } from '../../src/api/object.ts';
import { spokeNamespacesAnnotation } from '../../src/domain/annotations.ts';

/** A Namespace on the hub that lists spoke namespaces, as `shop,team-*`. */
export function hubNamespace(name: string, listed?: string): KubeObject {
  const annotations = listed === undefined ? {} : { annotations: { [spokeNamespacesAnnotation]: listed } };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...annotations } };
}
