import type { JsonValue, Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';

/** Maps the `apiVersion` and `kind` of an object to the resource. */
export interface Discovery {
  /** Throws if the API server does not have this kind. */
  resourceOf(apiVersion: string, kind: string): Promise<Resource>;
}

/** Requests each group and version once. If a kind is missing, it requests them again, because its CRD may be new. */
export function createDiscovery(client: Client): Discovery {
  const known = new Map<string, Resource[]>();
  return {
    async resourceOf(apiVersion, kind) {
      const find = () => known.get(apiVersion)?.find((resource) => resource.kind === kind);
      if (find() === undefined) known.set(apiVersion, await listResources(client, apiVersion));
      const found = find();
      if (found === undefined) throw new Error(`the API server does not have the kind ${kind} in ${apiVersion}`);
      return found;
    },
  };
}

async function listResources(client: Client, apiVersion: string): Promise<Resource[]> {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  const list = await client.raw('GET', group === '' ? `/api/${version}` : `/apis/${apiVersion}`);
  return readEntries(list).flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
    const { name, kind, namespaced } = entry;
    if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/')) return []; // a subresource
    return [{ group, version, kind, plural: name, namespaced: namespaced === true }];
  });
}

function readEntries(list: JsonValue): JsonValue[] {
  if (typeof list !== 'object' || list === null || Array.isArray(list)) return [];
  const { resources } = list;
  return Array.isArray(resources) ? resources : [];
}
