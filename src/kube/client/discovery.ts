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
    if (itemsOf(resources).some((each) => isJsonObject(each) && each['name'] === plural)) return true;
  }
  return false;
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
