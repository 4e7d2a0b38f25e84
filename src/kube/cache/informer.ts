import type { ObjectMeta, Resource } from '../../api/object.ts';
import type { Log } from '../../log.ts';
import { backoffMs } from './backoff.ts';
import type { Client } from '../client/client.ts';
import { ApiError, isGone, isNotFound, ServerUnreachable } from '../client/errors.ts';
import { type Change, ObjectStore } from './object-store.ts';
import { sleep as realSleep, type Sleep } from '../sleep.ts';
import type { Selection } from '../client/requests.ts';

export type { Change } from './object-store.ts';

export interface InformerOptions<T extends { metadata: ObjectMeta }> extends Selection {
  client: Pick<Client, 'list' | 'watch'>;
  resource: Resource;
  log: Log;
  /** Reduces an object to what is cached; must keep the namespace, name, uid and resourceVersion of its metadata. */
  transform?: ((object: T) => T) | undefined;
  /** Functions by the name of the index: the keys under which an object is found. */
  indexes?: Record<string, (object: T) => string[]> | undefined;
  onChange?: ((change: Change<T>) => void) | undefined;
  sleep?: Sleep | undefined;
  /** In [0, 1). */
  random?: (() => number) | undefined;
  /** Ms since the epoch. */
  now?: (() => number) | undefined;
}

/** A watch that lasted this long counts as a success, even if it ended with an error. */
const healthyWatchMs = 5000;
/** The cache lists again after this many consecutive failures, because its state may be wrong, for example after a restore of etcd. */
const failuresBeforeList = 5;

/** A cache of one kind that follows the API server and recovers from every failure of the connection. */
export class Informer<T extends { metadata: ObjectMeta }> {
  readonly #options: InformerOptions<T>;
  readonly #selection: Selection;
  readonly #store: ObjectStore<T>;
  readonly #handlers: ((change: Change<T>) => void)[] = [];
  readonly #sleep: Sleep;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #markSynced: () => void;
  /** Resolves when the first list is in the cache, or the kind is not served. */
  readonly synced: Promise<void>;
  #hasSynced = false;
  #lastContact = 0;
  /** Consecutive failures. */
  #failures = 0;
  /** Whether a list was already tried after the last 410 response. */
  #listedForGone = false;
  /** The resourceVersion from which the next watch starts; undefined if a list is necessary. */
  #resourceVersion: string | undefined;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
    const { namespace, labelSelector, fieldSelector, metadataOnly } = options;
    this.#selection = { namespace, labelSelector, fieldSelector, metadataOnly };
    this.#store = new ObjectStore(this.#withGuards(options.indexes ?? {}));
    if (options.onChange !== undefined) this.#handlers.push(options.onChange);
    this.#sleep = options.sleep ?? realSleep;
    this.#random = options.random ?? Math.random;
    this.#now = options.now ?? Date.now;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#markSynced = () => {
      this.#hasSynced = true;
      resolve();
    };
  }

  hasSynced(): boolean {
    return this.#hasSynced;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#store.get(namespace, name);
  }

  list(): T[] {
    return this.#store.list();
  }

  /** The objects under `key` of an index; none for an unknown key. Throws for an index that was not declared. */
  byIndex(index: string, key: string): T[] {
    return this.#store.byIndex(index, key);
  }

  /** When the last list, event or bookmark arrived, in ms since the epoch; 0 before the first. */
  lastContact(): number {
    return this.#lastContact;
  }

  /** Adds a handler. It is called at once with every cached object, as added. */
  subscribe(onChange: (change: Change<T>) => void): void {
    this.#handlers.push(onChange);
    for (const object of this.#store.list()) this.#notify([{ type: 'added', object }], [onChange]);
  }

  /** Follows the API server until `signal` is aborted. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await this.#listOrWatch(signal);
      if (waitMs > 0) await this.#sleep(waitMs, signal);
    }
  }

  /** Runs one list or one watch to its end; returns how many ms to wait before the next. */
  async #listOrWatch(signal: AbortSignal): Promise<number> {
    const start = this.#now();
    try {
      if (this.#resourceVersion === undefined) {
        await this.#list(signal);
        return 0;
      }
      await this.#watch(this.#resourceVersion, signal);
      // The server ends every watch at some time; if it ends one at once, retrying without a delay would overload it.
      if (this.#now() - start < healthyWatchMs) this.#failures++;
      else this.#succeeded();
    } catch (error) {
      if (signal.aborted) return 0;
      if (this.#now() - start >= healthyWatchMs) this.#succeeded();
      this.#failures++;
      this.#recover(error);
      // An expired resourceVersion (mostly after an outage) needs a list now. It counts as a failure only if the list expires too.
      if (isGone(error) && !this.#listedForGone) {
        this.#listedForGone = true;
        return 0;
      }
    }
    return this.#failures === 0 ? 0 : backoffMs(this.#failures - 1, this.#random);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource } = this.#options;
    const transform = (object: T) => this.#reduce(object);
    const { items, resourceVersion } = await client.list<T>(resource, { ...this.#selection, signal, transform });
    this.#lastContact = this.#now();
    this.#replaceAll(items);
    this.#resourceVersion = resourceVersion;
    this.#markSynced();
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { client, resource } = this.#options;
    for await (const event of client.watch<T>(resource, { ...this.#selection, resourceVersion, signal })) {
      this.#lastContact = this.#now();
      this.#succeeded();
      this.#resourceVersion = event.object.metadata.resourceVersion ?? this.#resourceVersion;
      if (event.type === 'BOOKMARK') continue;
      const object = this.#reduce(event.object);
      this.#notify(event.type === 'DELETED' ? this.#store.delete(object) : this.#store.put(object), this.#handlers);
    }
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#listedForGone = false;
  }

  /** Decides after a failed list or watch whether the next watch can resume or a list is necessary. */
  #recover(error: unknown): void {
    const { log, resource } = this.#options;
    const fields = { resource: resource.plural, failures: this.#failures, err: error };
    if (isNotFound(error)) {
      // The kind does not exist (yet, or any more), so there are no objects of it.
      log.debug(fields, 'the API server does not serve this kind; its cache is empty');
      this.#resourceVersion = undefined;
      this.#replaceAll([]);
      this.#markSynced();
      return;
    }
    if (isGone(error)) log.debug(fields, 'the resourceVersion is too old; listing again');
    else log.warn(fields, 'the list or watch failed; retrying');
    if (!mayResume(error) || this.#failures % failuresBeforeList === 0) this.#resourceVersion = undefined;
  }

  #replaceAll(objects: T[]): void {
    this.#notify(this.#store.replaceAll(objects), this.#handlers);
  }

  #reduce(object: T): T {
    delete object.metadata.managedFields;
    const { transform } = this.#options;
    return transform === undefined ? object : this.#runGuarded(object, 'transform', () => transform(object));
  }

  #withGuards(indexes: Record<string, (object: T) => string[]>): Record<string, (object: T) => string[]> {
    const guarded = Object.entries(indexes).map(([name, keysOf]) => {
      return [name, (object: T) => this.#runGuarded([], `index ${name}`, () => keysOf(object))] as const;
    });
    return Object.fromEntries(guarded);
  }

  #notify(changes: Change<T>[], handlers: ((change: Change<T>) => void)[]): void {
    for (const change of changes) {
      for (const handler of handlers) this.#runGuarded(undefined, 'handler', () => handler(change));
    }
  }

  /** Errors of handlers, transforms and index functions are logged and do not stop the informer. */
  #runGuarded<R>(fallback: R, what: string, run: () => R): R {
    try {
      return run();
    } catch (error) {
      this.#options.log.error({ err: error, resource: this.#options.resource.plural, what }, 'failed on an object');
      return fallback;
    }
  }
}

/** Whether only the connection failed or the server was overloaded: then the same resourceVersion can be used again. */
function mayResume(error: unknown): boolean {
  return error instanceof ServerUnreachable || (error instanceof ApiError && (error.code === 429 || error.code >= 500));
}
