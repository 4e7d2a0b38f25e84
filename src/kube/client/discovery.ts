import { isJsonObject, type JsonObject, type JsonValue, type Resource } from '../../api/object.ts';
import type { Client } from './client.ts';
import { mayNotBeServed, UnreadableResponse } from './errors.ts';
import type { CallOptions, ListOptions } from './requests.ts';
import { sleep as realSleep, type Sleep } from '../sleep.ts';

/**
 * Whether the API server serves a kind, in any version of its group, according to its discovery. Throws if the discovery cannot
 * be read: then it is unknown.
 */
export async function isServed(
  client: Pick<Client, 'raw'>,
  { group, plural }: Resource,
  options: CallOptions = {},
): Promise<boolean> {
  const isListed = (each: JsonObject) => each['name'] === plural;
  for await (const { resources } of versionsOf(client, group, options)) if (resources.some(isListed)) return true;
  return false;
}

/** A kind as the discovery describes it: in the wanted version, or only in others. */
export type FoundKind = { state: 'served'; resource: Resource } | { state: 'other versions'; versions: string[] };

/** The resource of a kind; `undefined` if the API server serves it in no version. Throws if the discovery cannot be read. */
export async function findKind(
  client: Pick<Client, 'raw'>,
  { group, version, kind }: Pick<Resource, 'group' | 'version' | 'kind'>,
  options: CallOptions = {},
): Promise<FoundKind | undefined> {
  const others: string[] = [];
  for await (const served of versionsOf(client, group, options)) {
    // The name of a subresource contains a slash.
    const found = served.resources.flatMap(({ name, kind: its, namespaced }) =>
      its === kind && typeof name === 'string' && !name.includes('/') ? { plural: name, namespaced } : [],
    );
    if (found[0] === undefined) continue;
    const { plural, namespaced } = found[0];
    if (served.version === version)
      return { state: 'served', resource: { group, version, kind, plural, namespaced: namespaced === true } };
    others.push(served.version);
  }
  return others.length === 0 ? undefined : { state: 'other versions', versions: others };
}

/** The versions of a group with their resources. */
async function* versionsOf(
  client: Pick<Client, 'raw'>,
  group: string,
  options: CallOptions,
): AsyncGenerator<{ version: string; resources: JsonObject[] }> {
  const read = async (path: string, kind: string): Promise<JsonObject> => {
    const body = await client.raw('GET', path, undefined, options);
    if (isJsonObject(body) && body['kind'] === kind) return body;
    throw new UnreadableResponse(`GET ${path}: the response is not an ${kind}`);
  };
  // The path of a group itself is not used, because it answers 404 to a group that is not served.
  const versions =
    group === ''
      ? itemsOf((await read('/api', 'APIVersions'))['versions'])
      : versionsIn(await read('/apis', 'APIGroupList'), group);
  const root = group === '' ? '/api' : `/apis/${group}`;
  for (const version of versions.filter((each) => typeof each === 'string')) {
    const { resources } = await read(`${root}/${version}`, 'APIResourceList');
    yield { version, resources: itemsOf(resources).filter(isJsonObject) };
  }
}

/** Ms between the two times that the discovery has to say that a kind is not served. */
const confirmMs = 2000;

/**
 * Lists a kind that may not be installed: then there are no objects. Something in front of the API server may respond with a 404
 * too, so the discovery has to say twice that the kind is not served.
 */
export async function listIfServed<T>(
  client: Pick<Client, 'list' | 'raw'>,
  resource: Resource,
  options: ListOptions<T> = {},
  sleep: Sleep = realSleep,
): Promise<T[]> {
  try {
    return (await client.list<T>(resource, options)).items;
  } catch (error) {
    if (!mayNotBeServed(error)) throw error;
    const { signal } = options;
    if (await isServed(client, resource, { signal })) throw error;
    await sleep(confirmMs, signal);
    signal?.throwIfAborted();
    if (await isServed(client, resource, { signal })) throw error;
    return [];
  }
}

function versionsIn({ groups }: JsonObject, name: string): (JsonValue | undefined)[] {
  const group = itemsOf(groups).find((each) => isJsonObject(each) && each['name'] === name);
  const versions = isJsonObject(group) ? itemsOf(group['versions']) : [];
  return versions.map((each) => (isJsonObject(each) ? each['version'] : undefined));
}

/** Go encodes an empty list as null in some cases. */
function itemsOf(list: JsonValue | undefined): JsonValue[] {
  return Array.isArray(list) ? list : [];
}
