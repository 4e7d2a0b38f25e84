/**
 * For each Environment, when the first decision arrived that its status does not reflect yet, in ms. The latency of the status
 * write is measured from then.
 */
export class DecisionTimes {
  readonly #now: () => number;
  readonly #receivedAt = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Records that a decision for the Environment `key` arrived now. */
  record(key: string): void {
    if (!this.#receivedAt.has(key)) this.#receivedAt.set(key, this.#now());
  }

  /** Removes and returns the time. Call it before the caches are read, so that a later decision is recorded again. */
  take(key: string): number | undefined {
    const receivedAt = this.#receivedAt.get(key);
    this.#receivedAt.delete(key);
    return receivedAt;
  }

  /** Puts back the time that was taken, after a failure. */
  restore(key: string, receivedAt: number | undefined): void {
    if (receivedAt !== undefined) this.#receivedAt.set(key, receivedAt);
  }

  clear(): void {
    this.#receivedAt.clear();
  }
}
