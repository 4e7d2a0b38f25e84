/** A signal that fires when the caller's does, or when time is up. To be disposed of (`using`). */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  #ms: number;
  #timer: NodeJS.Timeout;
  readonly #abort = () => this.#controller.abort();

  /** Time is up `ms` from now. */
  constructor(ms: number, caller: AbortSignal | undefined) {
    this.#ms = ms;
    this.#caller = caller;
    this.#timer = setTimeout(this.#abort, ms);
    if (caller?.aborted === true) this.#abort();
    caller?.addEventListener('abort', this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How long it was set to. */
  get seconds(): number {
    return this.#ms / 1000;
  }

  /** Time is up `ms` from now, not as it was set before. */
  extend(ms: number): void {
    if (ms === this.#ms) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#ms = ms;
    this.#timer = setTimeout(this.#abort, ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#abort);
  }
}
