import type { JsonValue, KubeObject, Resource } from '../../api/object.ts';
import type { Log } from '../../log.ts';
import type { KubeConfig } from './kube-config.ts';
import { listAll } from './list.ts';
import { nameIn, objectPath } from './resource-path.ts';
import { asAccepted, complete } from './received-object.ts';
import { createTransport, type TransportTimeouts } from './transport.ts';
import { isNotFound } from './errors.ts';
import { watchEvents } from './watch.ts';

/** Which object of a kind. `namespace` is needed exactly where the kind is namespaced. */
export interface ObjectKey {
  namespace?: string | undefined;
  name: string;
}

/** For every call. */
interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** For every call that changes something. */
export interface WriteOptions extends CallOptions {
  /** Called right before each time that the request is sent, retries included; what it throws is thrown instead. */
  beforeSend?: (() => void) | undefined;
  /** Called with each warning that the API server (or admission) gives with its answer. */
  onWarning?: ((text: string) => void) | undefined;
}

interface GetOptions extends CallOptions {
  metadataOnly?: boolean | undefined;
  subresource?: string | undefined;
}

/** What a list or watch is narrowed to. Selectors are in the API's own text form. */
export interface Selection {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  metadataOnly?: boolean | undefined;
}

export interface ListOptions<T = KubeObject> extends Selection, CallOptions {
  /** What to keep of an item, asked as each page arrives: the whole items of all pages need never be in memory together. */
  transform?: ((item: T) => T) | undefined;
  /** As in the API: absent means newest, `0` means anything that the server has in its cache. */
  resourceVersion?: string | undefined;
}

export interface WatchOptions extends Selection {
  resourceVersion: string;
  signal: AbortSignal;
}

/** One line of a watch. A bookmark's object bears nothing but its resourceVersion. */
export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

export interface CreateOptions extends WriteOptions {
  dryRun?: boolean | undefined;
  fieldManager?: string | undefined;
  subresource?: string | undefined;
  /** The object that the subresource belongs to. */
  name?: string | undefined;
}

export interface ReplaceOptions extends WriteOptions {
  dryRun?: boolean | undefined;
  fieldManager?: string | undefined;
  subresource?: string | undefined;
}

export interface ApplyOptions extends WriteOptions {
  fieldManager: string;
  /** Take fields over from other managers; true unless said otherwise. */
  force?: boolean | undefined;
  subresource?: string | undefined;
  dryRun?: boolean | undefined;
}

export interface PatchOptions extends WriteOptions {
  type?: 'merge' | 'json' | undefined;
  subresource?: string | undefined;
  fieldManager?: string | undefined;
}

interface DeleteOptions extends WriteOptions {
  uid?: string | undefined;
  resourceVersion?: string | undefined;
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' | undefined;
}

/** An API server. A refusal throws ApiError, no answer ServerUnreachable, nonsense UnreadableAnswer; messages name verb, resource and key. */
export interface Client {
  get<T = KubeObject>(resource: Resource, key: ObjectKey, options?: GetOptions): Promise<T>;
  /** Everything, in pages of 500. `resourceVersion` is where a watch may start. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the type of what it asks for
  list<T = KubeObject>(resource: Resource, options?: ListOptions<T>): Promise<{ items: T[]; resourceVersion: string }>;
  create<T>(resource: Resource, object: T, options?: CreateOptions): Promise<T>;
  replace<T>(resource: Resource, object: T, options?: ReplaceOptions): Promise<T>;
  /** Server-side apply. */
  apply<T>(resource: Resource, object: T, options: ApplyOptions): Promise<T>;
  patch<T = KubeObject>(resource: Resource, key: ObjectKey, body: JsonValue, options?: PatchOptions): Promise<T>;
  /** An object that is gone already counts as success. */
  delete(resource: Resource, key: ObjectKey, options?: DeleteOptions): Promise<void>;
  /** Ends when the server ends it, throws ApiError on an ERROR event. Asks for bookmarks. */
  watch<T = KubeObject>(resource: Resource, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** A path of its own, such as `/readyz`. An answer that is no JSON is given as text. */
  raw(method: string, path: string, body?: JsonValue, options?: WriteOptions): Promise<JsonValue>;
}

export interface ClientOptions {
  log: Log;
  userAgent: string;
  timeouts?: Partial<TransportTimeouts> | undefined;
}

/** A client for the current context of `config`. Opens no connection by itself; idle ones keep no process alive. */
export function createClient(config: KubeConfig, options: ClientOptions): Client {
  const transport = createTransport(config, options);
  return {
    async get<T>(resource: Resource, key: ObjectKey, { metadataOnly, subresource, signal }: GetOptions = {}) {
      const body = await transport.json({
        what: `get ${nameIn(resource, key)}`,
        method: 'GET',
        path: objectPath(resource, key, subresource),
        accept: asAccepted(metadataOnly, 'PartialObjectMetadata'),
        signal,
      });
      return complete<T>(resource, body, metadataOnly);
    },

    list: (resource, listOptions = {}) => listAll(transport, resource, listOptions),

    async create<T>(resource: Resource, object: T, createOptions: CreateOptions = {}) {
      const { dryRun, fieldManager, subresource, name, ...rest } = createOptions;
      const key = { ...keyIn(object), ...(name === undefined ? {} : { name }) };
      const body = await transport.json({
        ...rest,
        what: `create ${nameIn(resource, key)}`,
        method: 'POST',
        path: objectPath(resource, subresource === undefined ? { ...key, name: '' } : key, subresource),
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
        query: { dryRun: dryRun === true ? 'All' : undefined, fieldManager },
        body: object,
        idempotent: true,
      });
      return complete<T>(resource, body);
    },

    async apply<T>(resource: Resource, object: T, applyOptions: ApplyOptions) {
      const { fieldManager, force = true, subresource, dryRun, ...rest } = applyOptions;
      const body = await transport.json({
        ...rest,
        what: `apply ${nameIn(resource, keyIn(object))}`,
        method: 'PATCH',
        path: objectPath(resource, keyIn(object), subresource),
        query: { fieldManager, force: String(force), dryRun: dryRun === true ? 'All' : undefined },
        body: object,
        contentType: 'application/apply-patch+yaml',
        idempotent: true,
      });
      return complete<T>(resource, body);
    },

    async patch<T>(resource: Resource, key: ObjectKey, patch: JsonValue, patchOptions: PatchOptions = {}) {
      const { type = 'merge', subresource, fieldManager, ...rest } = patchOptions;
      const body = await transport.json({
        ...rest,
        what: `patch ${nameIn(resource, key)}`,
        method: 'PATCH',
        path: objectPath(resource, key, subresource),
        query: { fieldManager },
        body: patch,
        contentType: `application/${type}-patch+json`,
        // A JSON Patch may add to a list: done twice, it does it twice.
        idempotent: type === 'merge',
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
          body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion }, propagationPolicy },
          idempotent: true,
        });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },

    watch: (resource, watchOptions) => watchEvents(transport, resource, watchOptions),

    raw: (method, path, body, rawOptions = {}) =>
      transport.json({ ...rawOptions, what: `${method} ${path}`, method, path, body, idempotent: method === 'GET' }),
  };
}

/** Namespace and name as an object's own metadata has them; an object sent as a virtual subresource may have neither. */
function keyIn(object: unknown): ObjectKey {
  if (typeof object !== 'object' || object === null || !('metadata' in object)) return { name: '' };
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null) return { name: '' };
  const name = 'name' in metadata && typeof metadata.name === 'string' ? metadata.name : '';
  const namespace = 'namespace' in metadata && typeof metadata.namespace === 'string' ? metadata.namespace : undefined;
  return { namespace, name };
}
