/**
 * Definitions that wait for a stamp because the webhook is not available. No watch event of a definition tells that the webhook
 * answers again, so as soon as one of them is stamped or the webhook configurations change, all of them are reconciled.
 */
export class StampWaiters {
  readonly #keys = new Set<string>();
  readonly #requeue: (key: string) => void;

  /** `requeue` adds the key of a definition to the work queue. */
  constructor(requeue: (key: string) => void) {
    this.#requeue = requeue;
  }

  add(key: string): void {
    this.#keys.add(key);
  }

  delete(key: string): void {
    this.#keys.delete(key);
  }

  /** Requeues all definitions that wait. Those that still get no stamp wait again. */
  wake(): void {
    const keys = [...this.#keys];
    this.#keys.clear();
    for (const key of keys) this.#requeue(key);
  }
}
