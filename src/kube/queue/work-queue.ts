import { FairKeys } from './fair-keys.ts';

export interface WorkQueueOptions {
  /** Delay after the first failure, in ms; it doubles with each further failure. client-go: 5 ms. */
  baseMs?: number | undefined;
  /** Longest delay after a failure, in ms. */
  maxMs?: number | undefined;
  /** The group of a key. Groups are served round-robin. By default all keys are in one group. */
  groupOf?: ((key: string) => string) | undefined;
  /** How many keys of one group may be processed at the same time. No limit by default. */
  maxPerGroup?: number | undefined;
  /** In [0, 1). */
  random?: (() => number) | undefined;
  /** Milliseconds of a monotonic clock. */
  now?: (() => number) | undefined;
}

/** Delays that start at `fromMs`, double each time, and end at `toMs`. */
export interface Backoff {
  fromMs: number;
  toMs: number;
}

/**
 * Keys to reconcile, with the rules of client-go: a key is queued at most once, and never processed by two workers at a time.
 * Due keys are served round-robin by group, so that many keys of one group do not delay the keys of another one.
 */
export class WorkQueue {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #due: FairKeys;
  /** Keys that a worker is processing. */
  readonly #processing = new Set<string>();
  /** Keys that were added while they were processed: due again as soon as they are done. */
  readonly #dirty = new Set<string>();
  readonly #later = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, number>();
  /** How often each key was added by `addBackingOff` since it was added from outside. */
  readonly #waits = new Map<string, number>();
  readonly #workers: ((key: string | undefined) => void)[] = [];
  #shutDown = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#baseMs = options.baseMs ?? 5;
    this.#maxMs = options.maxMs ?? 30_000;
    this.#random = options.random ?? Math.random;
    this.#now = options.now ?? (() => performance.now());
    this.#due = new FairKeys(options);
  }

  /** How many keys are due. Delayed keys are not counted. */
  get length(): number {
    return this.#due.size;
  }

  /** Adds a key because something has changed for it. The backoff of `addBackingOff` starts again. */
  add(key: string): void {
    this.#waits.delete(key);
    this.#enqueue(key);
  }

  /** Adds the key after `ms`. If it is scheduled already, the earlier time applies. */
  addAfter(key: string, ms: number): void {
    if (this.#shutDown) return;
    if (ms <= 0) {
      this.#enqueue(key);
      return;
    }
    const at = this.#now() + ms;
    const scheduled = this.#later.get(key);
    if (scheduled !== undefined && scheduled.at <= at) return;
    clearTimeout(scheduled?.timer);
    const timer = setTimeout(() => {
      this.#later.delete(key);
      this.#enqueue(key);
    }, ms);
    this.#later.set(key, { at, timer });
  }

  /** Adds the key after a delay that doubles each time until `forget`. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, this.#delay(failures, { fromMs: this.#baseMs, toMs: this.#maxMs }));
  }

  /**
   * Adds the key after a delay that doubles each time until `add` or `forget`: the key waits for a change that `add` will report,
   * and is reconciled in between in case the report is missed. Replaces an earlier schedule of the key.
   */
  addBackingOff(key: string, backoff: Backoff): void {
    const waits = this.#waits.get(key) ?? 0;
    this.forget(key);
    // A key that was added meanwhile is due as soon as it is done, and only then starts to wait.
    if (this.#shutDown || this.#dirty.has(key)) return;
    this.#waits.set(key, waits + 1);
    this.addAfter(key, this.#delay(waits, backoff));
  }

  /** Resets both backoffs of the key, and drops its schedule: the reconcile that has just ended replaces it. */
  forget(key: string): void {
    this.#failures.delete(key);
    this.#waits.delete(key);
    clearTimeout(this.#later.get(key)?.timer);
    this.#later.delete(key);
  }

  /** Waits for the next due key; undefined after a shutdown. Call `done` for each key. */
  get(): Promise<string | undefined> {
    if (this.#shutDown) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#workers.push(resolve);
      this.#dispatch();
    });
  }

  done(key: string): void {
    this.#processing.delete(key);
    this.#due.finish(key);
    if (this.#dirty.delete(key)) this.#enqueue(key);
    else this.#dispatch();
  }

  /** Drops all keys (the next leader starts from a list) and ends all calls of `get`. */
  shutDown(): void {
    this.#shutDown = true;
    for (const { timer } of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
    this.#due.clear();
    this.#dirty.clear();
    for (const worker of this.#workers.splice(0)) worker(undefined);
  }

  #enqueue(key: string): void {
    if (this.#shutDown) return;
    if (this.#processing.has(key)) {
      this.#dirty.add(key);
      return;
    }
    this.#due.add(key);
    this.#dispatch();
  }

  /** Gives due keys to waiting workers. */
  #dispatch(): void {
    while (this.#workers.length > 0) {
      const key = this.#due.take();
      if (key === undefined) return;
      this.#processing.add(key);
      this.#workers.shift()?.(key);
    }
  }

  #delay(previous: number, { fromMs, toMs }: Backoff): number {
    // Jitter subtracts up to half of the delay, so that keys that failed together are not retried together.
    return Math.min(toMs, fromMs * 2 ** previous) * (1 - this.#random() / 2);
  }
}
