// oxlint-disable typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- as with the real client, the caller decides on the type
import { apiVersionOf, type JsonObject, type JsonValue, type KubeObject, type Resource } from '../../src/api/object.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import type {
  ObjectKey,
  ListOptions,
  WatchOptions,
  CreateOptions,
  ReplaceOptions,
  ApplyOptions,
  PatchOptions,
} from '../../src/kube/client/requests.ts';

type Write = {
  verb: 'create' | 'replace' | 'apply' | 'patch' | 'delete';
  resource: string;
  key: string;
  body?: unknown;
};
type Change = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject; prefix: string; version: number };

const pathOf = (resource: Resource, key: ObjectKey) =>
  `${resource.plural}.${resource.group}/${key.namespace ?? ''}/${key.name}`;
const prefixOf = (resource: Resource, namespace?: string) =>
  `${resource.plural}.${resource.group}/${namespace === undefined ? '' : `${namespace}/`}`;
const specOf = (object?: KubeObject) => JSON.stringify(object !== undefined && 'spec' in object ? object.spec : null);

/** A Client that stores objects in memory and records writes, for tests of reconcilers. */
export interface MemoryClient extends Client {
  readonly writes: Write[];
  /** The next write of this verb fails with `error`. */
  failNext(verb: Write['verb'], error: Error): void;
}

/** Server-side apply removes fields that a field manager does not apply again. */
export function createMemoryClient(initial: [Resource, KubeObject][] = []): MemoryClient {
  const objects = new Map<string, KubeObject>();
  const applied = new Map<string, JsonObject>();
  const history: Change[] = [];
  const watchers = new Set<() => void>();
  const failures = new Map<string, Error>();
  const writes: Write[] = [];
  let version = 0;

  const find = (resource: Resource, key: ObjectKey) => {
    const found = objects.get(pathOf(resource, key));
    if (found === undefined) throw failure(404, 'NotFound', `${resource.plural} "${key.name}" not found`);
    return found;
  };
  const notify = (resource: Resource, type: Change['type'], object: KubeObject) => {
    history.push({ type, object: structuredClone(object), prefix: prefixOf(resource), version });
    for (const wake of watchers) wake();
  };

  function record(verb: Write['verb'], resource: Resource, key: string, body?: unknown, dryRun?: boolean): void {
    const error = failures.get(verb);
    failures.delete(verb);
    if (error !== undefined) throw error;
    if (dryRun !== true) writes.push({ verb, resource: resource.plural, key, ...(body === undefined ? {} : { body }) });
  }

  /** Replaces `previous` with `next` and sets the metadata like the API server. An equal object changes nothing. */
  function store(resource: Resource, next: KubeObject, previous?: KubeObject, dryRun?: boolean): KubeObject {
    const generation = previous?.metadata.generation ?? 0;
    const metadata = {
      ...next.metadata,
      uid: previous?.metadata.uid ?? next.metadata.uid ?? `uid-${version + 1}`,
      generation:
        previous === undefined
          ? (next.metadata.generation ?? 1)
          : generation + (specOf(next) === specOf(previous) ? 0 : 1),
      resourceVersion: previous?.metadata.resourceVersion ?? '0',
    };
    const object: KubeObject = { ...next, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
    if (previous !== undefined && JSON.stringify(object) === JSON.stringify(previous)) return structuredClone(previous);
    if (dryRun === true) return structuredClone(object);
    metadata.resourceVersion = String(++version);
    if (metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0) {
      objects.delete(pathOf(resource, metadata));
      notify(resource, 'DELETED', object);
    } else {
      objects.set(pathOf(resource, metadata), structuredClone(object));
      notify(resource, previous === undefined ? 'ADDED' : 'MODIFIED', object);
    }
    return structuredClone(object);
  }

  const client: MemoryClient = {
    writes,
    failNext: (verb, error) => void failures.set(verb, error),
    get: async <T>(resource: Resource, key: ObjectKey) => structuredClone(find(resource, key)) as T,
    list: async <T>(resource: Resource, options: ListOptions<T> = {}) => {
      const { transform = (item: T) => item } = options;
      const prefix = prefixOf(resource, options.namespace);
      const items = [...objects].filter(
        ([path, object]) =>
          path.startsWith(prefix) &&
          matches(object, options.labelSelector) &&
          [undefined, `metadata.name=${object.metadata.name}`].includes(options.fieldSelector),
      );
      return {
        items: items.map(([, object]) => transform(structuredClone(object) as T)),
        resourceVersion: String(version),
      };
    },
    create: async <T>(resource: Resource, object: T, options: CreateOptions = {}) => {
      const body = asKube(object);
      const path = pathOf(resource, body.metadata);
      record('create', resource, path, body, options.dryRun);
      if (objects.has(path))
        throw failure(409, 'AlreadyExists', `${resource.plural} "${body.metadata.name}" already exists`);
      return store(resource, structuredClone(body), undefined, options.dryRun) as T;
    },
    replace: async <T>(resource: Resource, object: T, options: ReplaceOptions = {}) => {
      const body = asKube(object);
      record('replace', resource, pathOf(resource, body.metadata), body, options.dryRun);
      const previous = find(resource, body.metadata);
      if (![undefined, previous.metadata.resourceVersion].includes(body.metadata.resourceVersion)) {
        throw failure(409, 'Conflict', 'the object has been modified');
      }
      return store(resource, limit(asJson(body), previous, options.subresource), previous, options.dryRun) as T;
    },
    apply: async <T>(resource: Resource, object: T, options: ApplyOptions) => {
      const body = asKube(object);
      const path = pathOf(resource, body.metadata);
      record('apply', resource, path, body, options.dryRun);
      const previous = objects.get(path);
      if (previous === undefined && options.subresource !== undefined) find(resource, body.metadata);
      if (mismatch(body.metadata.resourceVersion, previous?.metadata.resourceVersion)) {
        throw failure(409, 'Conflict', 'the object has been modified');
      }
      const manager = `${path}#${options.fieldManager}#${options.subresource ?? ''}`;
      const base = previous === undefined ? {} : without(asJson(previous), applied.get(manager) ?? {}, asJson(body));
      const merged = merge(base, asJson(body));
      if (options.dryRun !== true) applied.set(manager, structuredClone(asJson(body)));
      const next = previous === undefined ? asKube(merged) : limit(merged, previous, options.subresource);
      return store(resource, next, previous, options.dryRun) as T;
    },
    patch: async <T>(resource: Resource, key: ObjectKey, body: JsonValue, options: PatchOptions = {}) => {
      record('patch', resource, pathOf(resource, key), body, options.dryRun);
      if (options.type === 'json' || !isObject(body)) throw new Error('the memory client supports only merge patches');
      const previous = find(resource, key);
      const expected = isObject(body['metadata']) ? body['metadata']['resourceVersion'] : undefined;
      // null has no effect, like a missing field.
      if (typeof expected === 'string' && expected !== previous.metadata.resourceVersion) {
        throw failure(409, 'Conflict', 'the object has been modified');
      }
      const next = limit(mergePatch(asJson(previous), body), previous, options.subresource);
      return store(resource, next, previous, options.dryRun) as T;
    },
    delete: async (resource, key, options = {}) => {
      record('delete', resource, pathOf(resource, key));
      const previous = objects.get(pathOf(resource, key));
      if (previous === undefined) return;
      if (mismatch(options.uid, previous.metadata.uid)) throw failure(409, 'Conflict', 'the uid differs');
      if (mismatch(options.resourceVersion, previous.metadata.resourceVersion)) {
        throw failure(409, 'Conflict', 'the resourceVersion differs');
      }
      store(
        resource,
        { ...previous, metadata: { ...previous.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
        previous,
      );
    },
    watch: async function* <T>(resource: Resource, options: WatchOptions) {
      let position = history.findIndex((change) => change.version > Number(options.resourceVersion));
      if (position < 0) position = history.length;
      let wake: (() => void) | undefined;
      const watcher = (): void => wake?.();
      watchers.add(watcher);
      options.signal.addEventListener('abort', watcher);
      try {
        while (!options.signal.aborted) {
          const change = history[position];
          if (change === undefined) {
            await new Promise<void>((resolve) => (wake = resolve));
            continue;
          }
          position += 1;
          const { type, object, prefix } = change;
          if (prefix !== prefixOf(resource) || !matches(object, options.labelSelector)) continue;
          if (options.namespace !== undefined && object.metadata.namespace !== options.namespace) continue;
          yield { type, object: structuredClone(object) as T };
        }
      } finally {
        watchers.delete(watcher);
        options.signal.removeEventListener('abort', watcher);
      }
    },
    raw: () => Promise.reject(new Error('the memory client does not support raw requests')),
  };
  for (const [resource, object] of initial) store(resource, object);
  return client;
}

function failure(code: number, reason: string, message: string): ApiError {
  return new ApiError(message, { code, reason });
}

function mismatch(expected: string | undefined, found: string | undefined): boolean {
  return expected !== undefined && expected !== found;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asJson(object: KubeObject): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(object));
  if (!isObject(copy)) throw new Error('not an object');
  return copy;
}

function asKube(value: unknown): KubeObject {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  if (!isObject(copy) || !isObject(copy['metadata'])) throw new Error('not a Kubernetes object');
  return copy as JsonValue as unknown as KubeObject;
}

/** Supports equality, existence and sets, for example `a=b,c,!d,e in (f,g)`. */
function matches(object: KubeObject, selector: string | undefined): boolean {
  const terms = selector === undefined || selector === '' ? [] : selector.split(/,(?![^(]*\))/);
  return terms.every((term) => {
    const valueOf = (key: string) => object.metadata.labels?.[key];
    if (term.startsWith('!')) return valueOf(term.slice(1)) === undefined;
    const [, setKey, set] = /^(\S+) in \((.*)\)$/.exec(term) ?? [];
    if (setKey !== undefined) return set?.split(',').includes(valueOf(setKey) ?? ' ') === true;
    const [key = '', value] = term.split('=');
    const found = valueOf(key);
    return value === undefined ? found !== undefined : found === value;
  });
}

/** A list whose items have a `type`, like conditions, is merged by `type`. Any other list is replaced. */
function isListMap(value: JsonValue | undefined): value is JsonObject[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => isObject(item) && typeof item['type'] === 'string')
  );
}

function merge(base: JsonObject, over: JsonObject): JsonObject {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    if (isObject(value) && isObject(before)) result[key] = merge(before, value);
    else if (isListMap(value) && isListMap(before)) {
      const types = new Set(value.map((item) => item['type']));
      result[key] = [...before.filter((item) => !types.has(item['type'])), ...value];
    } else result[key] = value;
  }
  return result;
}

/** `base` without the fields that are in `before` but not in `now`. */
function without(base: JsonObject, before: JsonObject, now: JsonObject): JsonObject {
  const result = { ...base };
  for (const [key, value] of Object.entries(before)) {
    const [current, kept] = [result[key], now[key]];
    if (isObject(value) && isObject(current)) result[key] = without(current, value, isObject(kept) ? kept : {});
    else if (isListMap(value) && isListMap(current)) {
      const types = new Set(value.map((item) => item['type']));
      result[key] = current.filter((item) => !types.has(item['type']));
    } else if (kept === undefined) delete result[key];
  }
  return result;
}

function mergePatch(base: JsonObject, patch: JsonObject): JsonObject {
  const result = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = result[key];
    if (value === null) delete result[key];
    else if (isObject(value)) result[key] = mergePatch(isObject(before) ? before : {}, value);
    else result[key] = value;
  }
  return result;
}

/** A write of a subresource changes only that part. Any other write does not change the status. */
function limit(next: JsonObject, previous: KubeObject, subresource?: string): KubeObject {
  const before = asJson(previous);
  const { status: _, ...rest } = next;
  const kept = before['status'] === undefined ? {} : { status: before['status'] };
  const merged =
    subresource === undefined ? { ...rest, ...kept } : { ...before, [subresource]: next[subresource] ?? {} };
  return asKube(merged);
}
