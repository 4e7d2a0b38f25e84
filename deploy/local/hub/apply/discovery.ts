import type { JsonValue, Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';

/** Finds the resource that an object's `apiVersion` and `kind` stand for. */
export interface Discovery {
  /** Throws where the server knows no such kind. */
  resourceOf(apiVersion: string, kind: string): Promise<Resource>;
}

/** Asks the server once per group and version; kinds that it lacked are asked for again, since a CRD may bring them. */
export function createDiscovery(client: Client): Discovery {
  const known = new Map<string, Resource[]>();
  return {
    async resourceOf(apiVersion, kind) {
      const find = () => known.get(apiVersion)?.find((resource) => resource.kind === kind);
      if (find() === undefined) known.set(apiVersion, await resourcesIn(client, apiVersion));
      const found = find();
      if (found === undefined) throw new Error(`the API server knows no ${kind} in ${apiVersion}`);
      return found;
    },
  };
}

async function resourcesIn(client: Client, apiVersion: string): Promise<Resource[]> {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  const list = await client.raw('GET', group === '' ? `/api/${version}` : `/apis/${apiVersion}`);
  return entriesOf(list).flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
    const { name, kind, namespaced } = entry;
    if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/')) return []; // a subresource
    return [{ group, version, kind, plural: name, namespaced: namespaced === true }];
  });
}

function entriesOf(list: JsonValue): JsonValue[] {
  if (typeof list !== 'object' || list === null || Array.isArray(list)) return [];
  const { resources } = list;
  return Array.isArray(resources) ? resources : [];
}
