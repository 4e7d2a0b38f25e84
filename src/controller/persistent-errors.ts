import { LRUCache } from 'lru-cache';

/** Ms. A failover of etcd or of an API server takes less time. */
const persistsAfterMs = 30_000;
/** At most this many objects are remembered; an object that is forgotten is reported later. */
const maxObjects = 5000;

/** Objects whose writes an API server has answered with internal errors only, with the time of the first. */
export class PersistentErrors {
  readonly #now: () => number;
  readonly #since = new LRUCache<string, number>({ max: maxObjects });

  /** `now` returns ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Records an internal error for an object. Returns whether such errors have persisted, so that retries alone do not help. */
  failed(key: string): boolean {
    const since = this.#since.get(key);
    if (since === undefined) this.#since.set(key, this.#now());
    return since !== undefined && this.#now() - since >= persistsAfterMs;
  }

  /** Forgets the errors of an object after another response. */
  clear(key: string): void {
    this.#since.delete(key);
  }
}
