import type { ObjectMeta, Resource } from '../../api/object.ts';
import type { Log } from '../../log.ts';
import { backoffMs } from './backoff.ts';
import type { Client } from '../client/client.ts';
import { Deadline } from '../client/deadline.ts';
import { isServed } from '../client/discovery.ts';
import { ApiError, isGone, mayNotBeServed, ServerUnreachable } from '../client/errors.ts';
import { type Change, ObjectStore } from './object-store.ts';
import { isOlderVersion } from './resource-version.ts';
import { InternedStrings } from './interned-strings.ts';
import { sleep as realSleep, type Sleep } from '../sleep.ts';
import type { Selection } from '../client/requests.ts';

export type { Change } from './object-store.ts';

export interface InformerOptions<
  Received extends { metadata: ObjectMeta },
  T extends { metadata: ObjectMeta } = Received,
> extends Selection {
  client: Pick<Client, 'list' | 'watch' | 'raw'>;
  resource: Resource;
  log: Log;
  /** Reduces an object to what is cached; must keep the namespace, name, uid and resourceVersion of its metadata. */
  transform?: ((object: Received) => T) | undefined;
  /** Functions by the name of the index: the keys under which an object is found. */
  indexes?: Record<string, (object: T) => string[]> | undefined;
  onChange?: ((change: Change<T>) => void) | undefined;
  /** After this time without an event or bookmark, in ms, the cache lists again. The default is 150 s: bookmarks come every minute. */
  silenceMs?: number | undefined;
  sleep?: Sleep | undefined;
  /** In [0, 1). */
  random?: (() => number) | undefined;
  /** Ms since the epoch. */
  now?: (() => number) | undefined;
}

/** A watch that lasted this long counts as a success, even if it ended with an error. */
const healthyWatchMs = 5000;
/**
 * The cache lists again after this many consecutive requests that no API server answered properly. etcd can only be restored
 * while all API servers are stopped. After that, a watch from a lost resourceVersion would get neither events nor an error.
 */
const outagesBeforeList = 2;
const defaultSilenceMs = 150_000;
/** Ms between the two times that the discovery has to say that a kind is not served. */
const confirmNotServedMs = 2000;

/** A cache of one kind that follows the API server and recovers from every failure of the connection. */
export class Informer<T extends { metadata: ObjectMeta }, Received extends { metadata: ObjectMeta } = T> {
  readonly #options: InformerOptions<Received, T>;
  readonly #selection: Selection;
  readonly #store: ObjectStore<T>;
  readonly #handlers: ((change: Change<T>) => void)[] = [];
  readonly #listHandlers: (() => () => void)[] = [];
  readonly #strings = new InternedStrings();
  readonly #silenceMs: number;
  readonly #sleep: Sleep;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #markSynced: () => void;
  /** Resolves when the first list is in the cache, or it is confirmed that the kind is not served. */
  readonly synced: Promise<void>;
  #hasSynced = false;
  #lastContact = 0;
  /** Consecutive failures. */
  #failures = 0;
  /** Consecutive failures that may be an outage of all API servers. */
  #outages = 0;
  /** How often in a row the discovery has said that the kind is not served. */
  #timesNotServed = 0;
  /** When the discovery has last confirmed that the kind is not served, in ms since the epoch. */
  #confirmedNotServed = 0;
  /** The resourceVersion of the last list or event. */
  #newestVersion = '';
  /** Whether a list was already tried after the last 410 response. */
  #listedForGone = false;
  /** The resourceVersion from which the next watch starts; undefined if a list is necessary. */
  #resourceVersion: string | undefined;

  constructor(options: InformerOptions<Received, T>) {
    this.#options = options;
    const { namespace, labelSelector, fieldSelector, metadataOnly } = options;
    this.#selection = { namespace, labelSelector, fieldSelector, metadataOnly };
    this.#store = new ObjectStore(this.#withGuards(options.indexes ?? {}));
    if (options.onChange !== undefined) this.#handlers.push(options.onChange);
    this.#silenceMs = options.silenceMs ?? defaultSilenceMs;
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

  /** Why decisions should not depend on this cache, as the end of a sentence about it; undefined if they may. */
  whyNotReady(): string | undefined {
    if (!this.#hasSynced) return 'is not complete yet';
    if (this.#isKnownNotServed()) return undefined;
    // A kind that was just installed is listed soon.
    const silentMs = this.#now() - Math.max(this.#lastContact, this.#confirmedNotServed);
    if (silentMs < 2 * this.#silenceMs) return undefined;
    return `has had no contact with the API server for ${Math.floor(silentMs / 1000)} s`;
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

  /** Adds a function that is called when a list begins. Its result is called when the list is in the cache. */
  aroundList(onList: () => () => void): void {
    this.#listHandlers.push(onList);
  }

  /**
   * Whether an error of another request of this kind means that the kind is not served: the cache has confirmed that some seconds
   * ago, and the discovery says so now.
   */
  async isNotServed(error: unknown): Promise<boolean> {
    if (!mayNotBeServed(error) || !this.#isKnownNotServed()) return false;
    const { client, resource } = this.#options;
    return !(await isServed(client, resource));
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
      // Watches that are cut again and again before the first event would hide that they are silent.
      if (this.#resourceVersion === undefined || start - this.#lastContact >= this.#silenceMs) {
        await this.#list(signal);
        return 0;
      }
      if (this.#outages > 0 && (await this.#wentBack(this.#resourceVersion, signal))) {
        this.#resourceVersion = undefined;
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
      if (mayNotBeServed(error)) return await this.#notFound(error, signal);
      this.#recover(error);
      // An expired resourceVersion (mostly after an outage) needs a list now. It counts as a failure only if the list expires too.
      if (isGone(error) && !this.#listedForGone) {
        this.#listedForGone = true;
        return 0;
      }
    }
    return this.#backoffMs();
  }

  #backoffMs(): number {
    return this.#failures === 0 ? 0 : backoffMs(this.#failures - 1, this.#random);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, log } = this.#options;
    const onceListed = this.#listHandlers.map((onList) => onList());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the items are received, and become what is cached
    const transform = (object: T) => this.#reduce(object as unknown as Received);
    // Without a resourceVersion the list is consistent, also from a lagging API server. So only a restore of etcd makes it older.
    const { items, resourceVersion } = await client.list<T>(resource, { ...this.#selection, signal, transform });
    if (isOlderVersion(resourceVersion, this.#newestVersion)) {
      const fields = { resource: resource.plural, resourceVersion, known: this.#newestVersion };
      log.warn(fields, 'the resourceVersion of the list went back: etcd was restored; the cache shows its state');
    }
    this.#lastContact = this.#now();
    this.#outages = 0;
    this.#timesNotServed = 0;
    this.#replaceAll(items);
    for (const listed of onceListed) listed();
    this.#resourceVersion = resourceVersion;
    this.#newestVersion = resourceVersion;
    this.#markSynced();
  }

  /**
   * Whether the API server does not know a resourceVersion yet. One broken connection may be all that is seen of a restore: the next
   * request may wait until the new API server has started. A list of one object tells, because it is consistent too.
   */
  async #wentBack(known: string, signal: AbortSignal): Promise<boolean> {
    const { client, resource } = this.#options;
    const { resourceVersion } = await client.list(resource, {
      ...this.#selection,
      metadataOnly: true,
      limit: 1,
      signal,
    });
    this.#outages = 0;
    return isOlderVersion(resourceVersion, known);
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { client, resource, log } = this.#options;
    using silence = new Deadline(this.#silenceMs, signal);
    const options = { ...this.#selection, resourceVersion, signal: silence.signal };
    let isSilent = true;
    for await (const event of client.watch<Received>(resource, options)) {
      isSilent = false;
      silence.extend(this.#silenceMs);
      this.#lastContact = this.#now();
      this.#succeeded();
      this.#outages = 0;
      this.#resourceVersion = event.object.metadata.resourceVersion ?? this.#resourceVersion;
      this.#newestVersion = this.#resourceVersion ?? '';
      if (event.type === 'BOOKMARK') continue;
      const object = this.#reduce(event.object);
      this.#notify(event.type === 'DELETED' ? this.#store.delete(object) : this.#store.put(object), this.#handlers);
    }
    if (signal.aborted || !(isSilent || silence.signal.aborted)) return;
    log.debug({ resource: resource.plural }, 'the watch was silent; listing again');
    this.#resourceVersion = undefined;
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#listedForGone = false;
  }

  /** Decides after a failed list or watch whether the next watch can resume or a list is necessary. */
  #recover(error: unknown): void {
    const { log, resource } = this.#options;
    const fields = { resource: resource.plural, failures: this.#failures, err: error };
    if (isGone(error)) log.debug(fields, 'the resourceVersion is too old; listing again');
    else log.warn(fields, 'the list or watch failed; retrying');
    if (mayBeOutage(error)) this.#outages++;
    if (!mayResume(error) || this.#outages >= outagesBeforeList) this.#resourceVersion = undefined;
  }

  /**
   * Handles a 404. Objects of a kind that is not served do not exist, but something in front of the API server may respond with a
   * 404 too. The cache keeps its content until the discovery has confirmed twice that the kind is not served.
   */
  async #notFound(cause: unknown, signal: AbortSignal): Promise<number> {
    const { client, resource, log } = this.#options;
    const fields = { resource: resource.plural, failures: this.#failures, err: cause };
    this.#resourceVersion = undefined;
    try {
      this.#timesNotServed = (await isServed(client, resource, { signal })) ? 0 : this.#timesNotServed + 1;
    } catch (error) {
      if (signal.aborted) return 0;
      log.warn({ ...fields, discovery: error }, 'the list or watch was not found, and the discovery failed; retrying');
      return this.#backoffMs();
    }
    if (this.#timesNotServed === 0)
      log.warn(fields, 'the list or watch was not found, but the kind is served; retrying');
    if (this.#timesNotServed === 1) return Math.max(confirmNotServedMs, this.#backoffMs());
    if (!this.#isKnownNotServed()) return this.#backoffMs();
    this.#confirmedNotServed = this.#now();
    log.debug(fields, 'the API server does not serve this kind; its cache is empty');
    this.#replaceAll([]);
    this.#markSynced();
    return this.#backoffMs();
  }

  #isKnownNotServed(): boolean {
    return this.#timesNotServed >= 2;
  }

  #replaceAll(objects: T[]): void {
    this.#notify(this.#store.replaceAll(objects), this.#handlers);
  }

  #reduce(object: Received): T {
    // A new object: one from which a field was deleted would need several times its memory.
    const { managedFields: _managedFields, ...metadata } = object.metadata;
    object.metadata = metadata;
    const { transform } = this.#options;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without a transform, both types are the same; if it fails, an object with all fields is cached
    const unchanged = object as unknown as T;
    const kept =
      transform === undefined ? unchanged : this.#runGuarded(unchanged, 'transform', () => transform(object));
    this.#strings.intern(kept);
    return kept;
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

/** Whether there was no response, or one of a server that cannot reach etcd or of a load balancer without a server. */
function mayBeOutage(error: unknown): boolean {
  return error instanceof ServerUnreachable || (error instanceof ApiError && error.code >= 500);
}

/** Whether only the connection failed or the server was overloaded: then the same resourceVersion can be used again. */
function mayResume(error: unknown): boolean {
  return error instanceof ServerUnreachable || (error instanceof ApiError && (error.code === 429 || error.code >= 500));
}
