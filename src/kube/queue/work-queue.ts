export interface WorkQueueOptions {
  /** First delay after a failure, in ms; it doubles with each further one. client-go: 5 ms. */
  baseMs?: number | undefined;
  /** Longest delay after a failure, in ms. */
  maxMs?: number | undefined;
  /** In [0, 1). */
  random?: (() => number) | undefined;
  /** Milliseconds of a clock that never jumps. */
  now?: (() => number) | undefined;
}

/** Keys to work on, with client-go's rules: a key waits at most once, and is never in two hands at a time. */
export class WorkQueue {
  readonly #options: Required<{ [K in keyof WorkQueueOptions]: NonNullable<WorkQueueOptions[K]> }>;
  /** Due keys in order of arrival. */
  readonly #due = new Set<string>();
  /** Keys that were handed out and are not done. */
  readonly #inWork = new Set<string>();
  /** Keys added while they were in work: due again as soon as that is done. */
  readonly #again = new Set<string>();
  readonly #later = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #shutDown = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#options = {
      baseMs: options.baseMs ?? 5,
      maxMs: options.maxMs ?? 30_000,
      random: options.random ?? Math.random,
      now: options.now ?? (() => performance.now()),
    };
  }

  /** How many keys are due. Those that wait for their time are not counted. */
  get length(): number {
    return this.#due.size;
  }

  add(key: string): void {
    if (this.#shutDown) return;
    if (this.#inWork.has(key)) {
      this.#again.add(key);
      return;
    }
    const taker = this.#due.has(key) ? undefined : this.#takers.shift();
    if (taker === undefined) this.#due.add(key);
    else {
      this.#inWork.add(key);
      taker(key);
    }
  }

  /** Adds the key when `ms` have passed; of several such calls the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#shutDown) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.#options.now() + ms;
    const waiting = this.#later.get(key);
    if (waiting !== undefined && waiting.at <= at) return;
    clearTimeout(waiting?.timer);
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
    // Jitter takes up to half away, so that what failed together does not come back together.
    this.addAfter(key, Math.min(maxMs, baseMs * 2 ** failures) * (1 - random() / 2));
  }

  /** The next failure of the key counts as its first. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next due key, as soon as there is one; undefined once shut down. Each needs a `done`. */
  get(): Promise<string | undefined> {
    if (this.#shutDown) return Promise.resolve(undefined);
    for (const key of this.#due) {
      this.#due.delete(key);
      this.#inWork.add(key);
      return Promise.resolve(key);
    }
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  done(key: string): void {
    this.#inWork.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  /** Drops what waits (a successor starts from a fresh list anyway) and wakes whoever waits for a key. */
  shutDown(): void {
    this.#shutDown = true;
    for (const { timer } of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
    this.#due.clear();
    this.#again.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }
}
