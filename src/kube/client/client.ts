import type { JsonValue, KubeObject, Resource } from '../../api/object.ts';
import type { KubeConfig } from '../kubeconfig/kube-config.ts';
import { listAll } from './list.ts';
import { nameIn, objectPath } from './resource-path.ts';
import { asAccepted, complete } from './received-object.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';
import { isNotFound, type RequestedObject } from './errors.ts';
import { watchEvents } from './watch.ts';
import type {
  ObjectKey,
  WriteOptions,
  GetOptions,
  ListOptions,
  WatchOptions,
  WatchEvent,
  CreateOptions,
  ReplaceOptions,
  ApplyOptions,
  PatchOptions,
  DeleteOptions,
} from './requests.ts';

/**
 * A client of an API server. An error response throws ApiError, a missing response ServerUnreachable, an unreadable one
 * UnreadableResponse. Messages name the verb, the resource and the key.
 */
export interface Client {
  get<T = KubeObject>(resource: Resource, key: ObjectKey, options?: GetOptions): Promise<T>;
  /** All objects, read in pages of at most 500, and of fewer if the objects are large. A watch may start at `resourceVersion`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the type of the objects
  list<T = KubeObject>(resource: Resource, options?: ListOptions<T>): Promise<{ items: T[]; resourceVersion: string }>;
  create<T>(resource: Resource, object: T, options?: CreateOptions): Promise<T>;
  replace<T>(resource: Resource, object: T, options?: ReplaceOptions): Promise<T>;
  /** Server-side apply. */
  apply<T>(resource: Resource, object: T, options: ApplyOptions): Promise<T>;
  patch<T = KubeObject>(resource: Resource, key: ObjectKey, body: JsonValue, options?: PatchOptions): Promise<T>;
  /** Succeeds for an object that does not exist. */
  delete(resource: Resource, key: ObjectKey, options?: DeleteOptions): Promise<void>;
  /** Ends when the server ends it; throws ApiError on an ERROR event. Includes bookmarks. */
  watch<T = KubeObject>(resource: Resource, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** Requests any path, such as `/readyz`. Returns a response that is not JSON as a string. */
  raw(method: string, path: string, body?: JsonValue, options?: WriteOptions): Promise<JsonValue>;
}

export type ClientOptions = TransportOptions;

/** Creates a client for the current context of `config`. It connects on the first call; idle connections do not keep the process alive. */
export function createClient(config: KubeConfig, options: ClientOptions): Client {
  const transport = createTransport(config, options);
  return {
    ...createReader(transport),
    ...createWriter(transport),
    ...createPatcher(transport),
    raw: (method, path, body, rawOptions = {}) =>
      transport.json({ ...rawOptions, what: `${method} ${path}`, method, path, body, idempotent: method === 'GET' }),
  };
}

function createReader(transport: Transport): Pick<Client, 'get' | 'list' | 'watch'> {
  return {
    async get<T>(resource: Resource, key: ObjectKey, { metadataOnly, subresource, signal }: GetOptions = {}) {
      const body = await transport.json({
        what: `get ${nameIn(resource, key)}`,
        method: 'GET',
        path: objectPath(resource, key, subresource),
        requested: requestedIn(resource, key),
        accept: asAccepted(metadataOnly, 'PartialObjectMetadata'),
        signal,
      });
      return complete<T>(resource, body, metadataOnly);
    },

    list: (resource, listOptions = {}) => listAll(transport, resource, listOptions),

    watch: (resource, watchOptions) => watchEvents(transport, resource, watchOptions),
  };
}

function createWriter(transport: Transport): Pick<Client, 'create' | 'replace' | 'delete'> {
  return {
    async create<T>(resource: Resource, object: T, createOptions: CreateOptions = {}) {
      const { dryRun, fieldManager, subresource, name, ...rest } = createOptions;
      const key = { ...keyIn(object), ...(name === undefined ? {} : { name }) };
      const body = await transport.json({
        ...rest,
        what: `create ${nameIn(resource, key)}`,
        method: 'POST',
        path: objectPath(resource, subresource === undefined ? { ...key, name: '' } : key, subresource),
        requested: requestedIn(resource, key),
        query: { dryRun: dryRun === true ? 'All' : undefined, fieldManager },
        body: object,
      });
      return complete<T>(resource, body);
    },

    async replace<T>(resource: Resource, object: T, replaceOptions: ReplaceOptions = {}) {
      const { dryRun, fieldManager, subresource, ...rest } = replaceOptions;
      const body = await transport.json({
        ...rest,
        what: `replace ${nameIn(resource, keyIn(object))}`,
        method: 'PUT',
        path: objectPath(resource, keyIn(object), subresource),
        requested: requestedIn(resource, keyIn(object)),
        query: { dryRun: dryRun === true ? 'All' : undefined, fieldManager },
        body: object,
        idempotent: true,
      });
      return complete<T>(resource, body);
    },

    async delete(resource, key, { uid, resourceVersion, propagationPolicy, ...rest } = {}) {
      try {
        await transport.json({
          ...rest,
          what: `delete ${nameIn(resource, key)}`,
          method: 'DELETE',
          path: objectPath(resource, key),
          requested: requestedIn(resource, key),
          body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion }, propagationPolicy },
          idempotent: true,
        });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}

function createPatcher(transport: Transport): Pick<Client, 'apply' | 'patch'> {
  return {
    async apply<T>(resource: Resource, object: T, applyOptions: ApplyOptions) {
      const { fieldManager, force = true, subresource, dryRun, ...rest } = applyOptions;
      const body = await transport.json({
        ...rest,
        what: `apply ${nameIn(resource, keyIn(object))}`,
        method: 'PATCH',
        path: objectPath(resource, keyIn(object), subresource),
        requested: requestedIn(resource, keyIn(object)),
        query: { fieldManager, force: String(force), dryRun: dryRun === true ? 'All' : undefined },
        body: object,
        contentType: 'application/apply-patch+yaml',
        idempotent: true,
      });
      return complete<T>(resource, body);
    },

    async patch<T>(resource: Resource, key: ObjectKey, patch: JsonValue, patchOptions: PatchOptions = {}) {
      const { type = 'merge', subresource, fieldManager, dryRun, ...rest } = patchOptions;
      const body = await transport.json({
        ...rest,
        what: `patch ${nameIn(resource, key)}`,
        method: 'PATCH',
        path: objectPath(resource, key, subresource),
        requested: requestedIn(resource, key),
        query: { fieldManager, dryRun: dryRun === true ? 'All' : undefined },
        body: patch,
        contentType: `application/${type}-patch+json`,
        // A JSON Patch may append to a list, so repeating it can change the result.
        idempotent: type === 'merge',
      });
      return complete<T>(resource, body);
    },
  };
}

function requestedIn({ plural, kind }: Resource, { name }: ObjectKey): RequestedObject {
  return { plural, kind, name };
}

/** Namespace and name from the metadata of an object; an object that is sent to a virtual subresource may have neither. */
function keyIn(object: unknown): ObjectKey {
  if (typeof object !== 'object' || object === null || !('metadata' in object)) return { name: '' };
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null) return { name: '' };
  const name = 'name' in metadata && typeof metadata.name === 'string' ? metadata.name : '';
  const namespace = 'namespace' in metadata && typeof metadata.namespace === 'string' ? metadata.namespace : undefined;
  return { namespace, name };
}
