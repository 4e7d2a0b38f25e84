import { isJsonObject, type Resource } from '../../api/object.ts';
import { errorFromStatus } from './api-status.ts';
import { UnreadableResponse } from './errors.ts';
import { jsonLines } from './json-lines.ts';
import { asAccepted, complete } from './received-object.ts';
import { collectionPath, nameIn } from './resource-path.ts';
import type { Transport } from './transport.ts';
import type { WatchOptions, WatchEvent } from './requests.ts';

/**
 * The events of a selection, starting at `resourceVersion`. Ends when the server ends it or `signal` is aborted. Throws ApiError
 * on an error response and on an ERROR event, ServerUnreachable if the connection breaks or no data arrives in time,
 * UnreadableResponse on an invalid line.
 */
export async function* watchEvents<T>(
  transport: Transport,
  resource: Resource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void, void> {
  const { namespace, labelSelector, fieldSelector, metadataOnly, resourceVersion, signal } = options;
  const what = `watch ${nameIn(resource, { namespace })}`;
  const chunks = transport.stream({
    what,
    method: 'GET',
    path: collectionPath(resource, namespace),
    query: {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion,
      labelSelector,
      fieldSelector,
    },
    accept: asAccepted(metadataOnly, 'PartialObjectMetadata'),
    signal,
  });
  try {
    for await (const line of jsonLines(chunks)) yield eventOf<T>(what, resource, line, metadataOnly);
  } catch (error) {
    if (signal.aborted) return;
    // `jsonLines` throws these two if a line is not JSON or not UTF-8.
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new UnreadableResponse(`${what}: a line is not a watch event`, { cause: error });
  }
}

function eventOf<T>(what: string, resource: Resource, line: unknown, metadataOnly: boolean | undefined): WatchEvent<T> {
  const { type, object } = isJsonObject(line) ? line : {};
  if (isJsonObject(object) && isEventType(type)) return { type, object: complete<T>(resource, object, metadataOnly) };
  if (isJsonObject(object) && type === 'ERROR') {
    throw errorFromStatus(what, typeof object['code'] === 'number' ? object['code'] : 500, object);
  }
  throw new UnreadableResponse(`${what}: a line is not a watch event`);
}

function isEventType(type: unknown): type is WatchEvent<unknown>['type'] {
  return type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK';
}
