import type { ObjectMeta, Resource } from '../../api/object.ts';
import type { Log } from '../../log.ts';
import { backoffMs } from './backoff.ts';
import type { Client } from '../client/client.ts';
import { ApiError, isGone, isNotFound, ServerUnreachable } from '../client/errors.ts';
import { type Change, ObjectStore } from './object-store.ts';
import { sleep as realSleep, type Sleep } from './sleep.ts';
import type { Selection } from '../client/requests.ts';

export type { Change } from './object-store.ts';

export interface InformerOptions<T extends { metadata: ObjectMeta }> extends Selection {
  client: Pick<Client, 'list' | 'watch'>;
  resource: Resource;
  log: Log;
  /** What to keep of an object; must keep its metadata's namespace, name, uid and resourceVersion. */
  transform?: ((object: T) => T) | undefined;
  /** By name of the index: the keys under which an object is to be found. */
  indexes?: Record<string, (object: T) => string[]> | undefined;
  onChange?: ((change: Change<T>) => void) | undefined;
  sleep?: Sleep | undefined;
  /** In [0, 1). */
  random?: (() => number) | undefined;
  /** Ms since the epoch. */
  now?: (() => number) | undefined;
}

/** Ms. A watch that lived this long counts as a success, whatever ended it. */
const HEALTHY_WATCH = 5000;
/** So many failures in a row make the cached state doubtful (a restored etcd, for one): list again. */
const DOUBTFUL = 5;

/** A cache of one kind that follows the API server, whatever happens to the connection. */
export class Informer<T extends { metadata: ObjectMeta }> {
  readonly #options: InformerOptions<T>;
  readonly #selection: Selection;
  readonly #store: ObjectStore<T>;
  readonly #handlers: ((change: Change<T>) => void)[] = [];
  readonly #sleep: Sleep;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #markSynced: () => void;
  /** Resolves when the first list is in the cache, or the kind turned out not to exist. */
  readonly synced: Promise<void>;
  #hasSynced = false;
  #lastContact = 0;
  /** In a row. */
  #failures = 0;
  /** Whether the last word of the server was a 410, and the list that it asks for has been tried. */
  #listedForGone = false;
  /** Where to go on watching; undefined means that only a list can tell. */
  #resourceVersion: string | undefined;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
    const { namespace, labelSelector, fieldSelector, metadataOnly } = options;
    this.#selection = { namespace, labelSelector, fieldSelector, metadataOnly };
    this.#store = new ObjectStore(this.#guarded(options.indexes ?? {}));
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

  /** Objects under `key` of an index; empty for a key that no object has. Throws for an index that was not declared. */
  byIndex(index: string, key: string): T[] {
    return this.#store.byIndex(index, key);
  }

  /** When a list, event or bookmark last arrived, in ms since the epoch; 0 before the first. */
  lastContact(): number {
    return this.#lastContact;
  }

  /** A further handler. What is in the cache already is told to it at once, as added. */
  subscribe(onChange: (change: Change<T>) => void): void {
    this.#handlers.push(onChange);
    for (const object of this.#store.list()) this.#tell([{ type: 'added', object }], [onChange]);
  }

  /** Follows the API server until `signal` is aborted. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await this.#listOrWatch(signal);
      if (waitMs > 0) await this.#sleep(waitMs, signal);
    }
  }

  /** One list or one watch, from its start to its end; returns how many ms to wait before the next. */
  async #listOrWatch(signal: AbortSignal): Promise<number> {
    const start = this.#now();
    try {
      if (this.#resourceVersion === undefined) {
        await this.#list(signal);
        return 0;
      }
      await this.#watch(this.#resourceVersion, signal);
      // The server ends each watch in time, but one that ends at once would make us spin.
      if (this.#now() - start < HEALTHY_WATCH) this.#failures++;
      else this.#succeeded();
    } catch (error) {
      if (signal.aborted) return 0;
      if (this.#now() - start >= HEALTHY_WATCH) this.#succeeded();
      this.#failures++;
      this.#recover(error);
      // What is too old (after an outage, mostly) needs a list now; only if that does not help is something wrong.
      if (isGone(error) && !this.#listedForGone) {
        this.#listedForGone = true;
        return 0;
      }
    }
    return this.#failures === 0 ? 0 : backoffMs(this.#failures - 1, this.#random);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource } = this.#options;
    const transform = (object: T) => this.#kept(object);
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
      const object = this.#kept(event.object);
      this.#tell(event.type === 'DELETED' ? this.#store.delete(object) : this.#store.put(object), this.#handlers);
    }
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#listedForGone = false;
  }

  /** Decides whether what is cached can still be followed, after a list or a watch failed. */
  #recover(error: unknown): void {
    const { log, resource } = this.#options;
    const fields = { resource: resource.plural, failures: this.#failures, err: error };
    if (isNotFound(error)) {
      // The kind itself does not exist (yet, or any more), so neither do objects of it.
      log.debug(fields, 'this kind is not served; its cache is empty');
      this.#resourceVersion = undefined;
      this.#replaceAll([]);
      this.#markSynced();
      return;
    }
    if (isGone(error)) log.debug(fields, 'the watch is too far behind; listing again');
    else log.warn(fields, 'lost contact; trying again');
    if (!mayResume(error) || this.#failures % DOUBTFUL === 0) this.#resourceVersion = undefined;
  }

  #replaceAll(objects: T[]): void {
    this.#tell(this.#store.replaceAll(objects), this.#handlers);
  }

  #kept(object: T): T {
    delete object.metadata.managedFields;
    const { transform } = this.#options;
    return transform === undefined ? object : this.#orElse(object, 'transform', () => transform(object));
  }

  #guarded(indexes: Record<string, (object: T) => string[]>): Record<string, (object: T) => string[]> {
    const guarded = Object.entries(indexes).map(([name, keysOf]) => {
      return [name, (object: T) => this.#orElse([], `index ${name}`, () => keysOf(object))] as const;
    });
    return Object.fromEntries(guarded);
  }

  #tell(changes: Change<T>[], handlers: ((change: Change<T>) => void)[]): void {
    for (const change of changes) {
      for (const handler of handlers) this.#orElse(undefined, 'handler', () => handler(change));
    }
  }

  /** Code that was handed in must not end the informer: an error there is logged. */
  #orElse<R>(otherwise: R, what: string, run: () => R): R {
    try {
      return run();
    } catch (error) {
      this.#options.log.error({ err: error, resource: this.#options.resource.plural, what }, 'failed on an object');
      return otherwise;
    }
  }
}

/** Only the way to the server failed, not what it said: the same resourceVersion will do. */
function mayResume(error: unknown): boolean {
  return error instanceof ServerUnreachable || (error instanceof ApiError && (error.code === 429 || error.code >= 500));
}
