import type { KubeObject, Resource } from '../../src/api/object.ts';

/** Some kind with a namespace, for tests of what knows no kind by name. */
export const configMaps: Resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

/** A ConfigMap in namespace `default`, as stored at `resourceVersion`. Its uid is made from its name unless given. */
export function configMap(
  name: string,
  resourceVersion = '1',
  more: { uid?: string; data?: Record<string, string> } = {},
): ConfigMap {
  const { uid = `uid-of-${name}`, data = {} } = more;
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name, uid, resourceVersion }, data };
}
