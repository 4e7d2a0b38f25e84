export interface WorkQueueOptions {
  /** Delay after the first failure, in ms; it doubles with each further failure. client-go: 5 ms. */
  baseMs?: number | undefined;
  /** Longest delay after a failure, in ms. */
  maxMs?: number | undefined;
  /** In [0, 1). */
  random?: (() => number) | undefined;
  /** Milliseconds of a monotonic clock. */
  now?: (() => number) | undefined;
}

/** Keys to reconcile, with the rules of client-go: a key is queued at most once, and never processed by two workers at a time. */
export class WorkQueue {
  readonly #options: Required<{ [K in keyof WorkQueueOptions]: NonNullable<WorkQueueOptions[K]> }>;
  /** Due keys in order of arrival. */
  readonly #due = new Set<string>();
  /** Keys that a worker is processing. */
  readonly #processing = new Set<string>();
  /** Keys that were added while they were processed: due again as soon as they are done. */
  readonly #dirty = new Set<string>();
  readonly #later = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, number>();
  readonly #waiting: ((key: string | undefined) => void)[] = [];
  #shutDown = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#options = {
      baseMs: options.baseMs ?? 5,
      maxMs: options.maxMs ?? 30_000,
      random: options.random ?? Math.random,
      now: options.now ?? (() => performance.now()),
    };
  }

  /** How many keys are due. Delayed keys are not counted. */
  get length(): number {
    return this.#due.size;
  }

  add(key: string): void {
    if (this.#shutDown) return;
    if (this.#processing.has(key)) {
      this.#dirty.add(key);
      return;
    }
    const waiter = this.#due.has(key) ? undefined : this.#waiting.shift();
    if (waiter === undefined) this.#due.add(key);
    else {
      this.#processing.add(key);
      waiter(key);
    }
  }

  /** Adds the key after `ms`. If it is scheduled already, the earlier time applies. */
  addAfter(key: string, ms: number): void {
    if (this.#shutDown) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.#options.now() + ms;
    const scheduled = this.#later.get(key);
    if (scheduled !== undefined && scheduled.at <= at) return;
    clearTimeout(scheduled?.timer);
    const timer = setTimeout(() => {
      this.#later.delete(key);
      this.add(key);
    }, ms);
    this.#later.set(key, { at, timer });
  }

  /** Adds the key after a delay that doubles each time until `forget`. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const { baseMs, maxMs, random } = this.#options;
    // Jitter subtracts up to half of the delay, so that keys that failed together are not retried together.
    this.addAfter(key, Math.min(maxMs, baseMs * 2 ** failures) * (1 - random() / 2));
  }

  /** Resets the backoff of the key. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Waits for the next due key; undefined after a shutdown. Call `done` for each key. */
  get(): Promise<string | undefined> {
    if (this.#shutDown) return Promise.resolve(undefined);
    for (const key of this.#due) {
      this.#due.delete(key);
      this.#processing.add(key);
      return Promise.resolve(key);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.delete(key)) this.add(key);
  }

  /** Drops all keys (the next leader starts from a list) and ends all calls of `get`. */
  shutDown(): void {
    this.#shutDown = true;
    for (const { timer } of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
    this.#due.clear();
    this.#dirty.clear();
    for (const waiter of this.#waiting.splice(0)) waiter(undefined);
  }
}
