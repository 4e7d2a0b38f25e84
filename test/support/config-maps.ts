import type { KubeObject, Resource } from '../../src/api/object.ts';

/** A namespaced kind, for tests of code that does not depend on the kind. */
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

/** A ConfigMap in the namespace `default`. By default its uid is derived from its name. */
export function configMap(
  name: string,
  resourceVersion = '1',
  more: { uid?: string; data?: Record<string, string> } = {},
): ConfigMap {
  const { uid = `uid-of-${name}`, data = {} } = more;
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name, uid, resourceVersion }, data };
}
