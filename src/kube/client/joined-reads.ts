import type { KubeObject, Resource } from '../../api/object.ts';
import type { Client } from './client.ts';
import type { GetOptions, ListOptions, ObjectKey } from './requests.ts';

/** Ms. A call waits so long for a read that has begun before it. Then it does not wait for a connection that may be broken. */
const longestWaitMs = 10;

/**
 * A client in which concurrent calls share a read of the same object or list. A call only gets what was read after the call, because
 * what was read before may be stale: while a read is under way, all further calls wait together for the next one. Results are
 * shared, so callers must not change them.
 */
export function joinReads(client: Client): Client {
  const reads = new JoinedReads();
  return {
    ...client,
    get: <T = KubeObject>(resource: Resource, key: ObjectKey, { signal, ...options }: GetOptions = {}) => {
      const id = JSON.stringify(['get', ...kindIn(resource), key.namespace, key.name, options]);
      return reads.read(id, (shared) => client.get<T>(resource, key, { ...options, signal: shared }), signal);
    },
    list: <T = KubeObject>(resource: Resource, options: ListOptions<T> = {}) => {
      const { signal, transform, ...selection } = options;
      // A function has no identity that tells whether two calls mean the same.
      if (transform !== undefined) return client.list<T>(resource, options);
      const id = JSON.stringify(['list', ...kindIn(resource), selection]);
      return reads.read(id, (shared) => client.list<T>(resource, { ...selection, signal: shared }), signal);
    },
  };
}

/** Versions of a kind give the same object another form. */
function kindIn({ group, version, plural }: Resource): string[] {
  return [group, version, plural];
}

/** A read for one or more calls. It is aborted when all of them are. */
class SharedRead {
  readonly promise: Promise<unknown>;
  /** The read for the calls that came after this one had begun. */
  next?: SharedRead;
  readonly #aborting = new AbortController();
  #calls = 0;

  constructor(begin: (signal: AbortSignal) => Promise<unknown>) {
    this.promise = begin(this.#aborting.signal);
    this.promise.catch(() => undefined);
  }

  /** Whether all of its calls were aborted, so that it has no result for another one. */
  get isAborted(): boolean {
    return this.#aborting.signal.aborted;
  }

  /** The result for one call, or a rejection as soon as the call is aborted. */
  join(signal: AbortSignal | undefined): Promise<unknown> {
    this.#calls += 1;
    if (signal === undefined) return this.promise;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        reject(signal.reason);
        this.#calls -= 1;
        if (this.#calls === 0) this.#aborting.abort(signal.reason);
      };
      const settle = (): void => signal.removeEventListener('abort', abort);
      signal.addEventListener('abort', abort, { once: true });
      this.promise.then(resolve, reject).finally(settle);
      if (signal.aborted) abort();
    });
  }
}

class JoinedReads {
  readonly #running = new Map<string, SharedRead>();

  /** The result of a read that begins after this call. `id` stands for what is read, and so for its type. */
  read<T>(id: string, send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const running = this.#running.get(id);
    const read = running === undefined ? this.#begin(id, send) : this.#nextOf(running, id, send);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the id stands for the type
    return read.join(signal) as Promise<T>;
  }

  #begin(id: string, send: (signal: AbortSignal) => Promise<unknown>): SharedRead {
    return this.#register(id, new SharedRead(send));
  }

  /** The read after one that is under way. */
  #nextOf(running: SharedRead, id: string, send: (signal: AbortSignal) => Promise<unknown>): SharedRead {
    if (running.next?.isAborted === false) return running.next;
    const next: SharedRead = new SharedRead(async (signal) => {
      await settledOr(running.promise, longestWaitMs);
      // Calls from now on need a later read.
      this.#register(id, next);
      signal.throwIfAborted();
      return send(signal);
    });
    running.next = next;
    return next;
  }

  #register(id: string, read: SharedRead): SharedRead {
    this.#running.set(id, read);
    const end = (): void => {
      if (this.#running.get(id) === read && read.next === undefined) this.#running.delete(id);
    };
    read.promise.then(end, end);
    return read;
  }
}

/** Resolves when a promise is settled, or after a time. */
function settledOr(promise: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    promise.then(end, end);
  });
}
