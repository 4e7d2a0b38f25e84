/** OCM stand-in (local runs only): maps kinds to resources with the discovery API of the spoke. */

import type { JsonValue, Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { mayNotBeServed } from '../../../../src/kube/client/errors.ts';

/** Caches the kinds that exist. A missing kind is requested again each time, because its CRD may be created later. */
export class KindDirectory {
  readonly #client: Pick<Client, 'raw'>;
  readonly #known = new Map<string, Resource>();

  constructor(client: Pick<Client, 'raw'>) {
    this.#client = client;
  }

  /** The resource of a kind. Undefined if the kind does not exist. */
  async find(apiVersion: string, kind: string): Promise<Resource | undefined> {
    const key = `${apiVersion}/${kind}`;
    if (!this.#known.has(key)) await this.#discover(apiVersion);
    return this.#known.get(key);
  }

  async #discover(apiVersion: string): Promise<void> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      for (const resource of parseResources(apiVersion, await this.#client.raw('GET', path))) {
        this.#known.set(`${apiVersion}/${resource.kind}`, resource);
      }
    } catch (error) {
      if (!mayNotBeServed(error)) throw error;
    }
  }
}

/** The kinds in an `APIResourceList` without subresources, which have a slash in their name. */
export function parseResources(apiVersion: string, list: JsonValue): Resource[] {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  if (typeof list !== 'object' || list === null || Array.isArray(list)) return [];
  const entries = Array.isArray(list.resources) ? list.resources : [];
  return entries.flatMap((entry): Resource[] => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
    const { name, kind, namespaced } = entry;
    if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/')) return [];
    return [{ group, version, kind, plural: name, namespaced: namespaced === true }];
  });
}
