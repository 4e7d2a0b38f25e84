/** A signal that aborts at the deadline, or when the signal of the caller aborts. Must be disposed of (`using`). */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  #ms: number;
  #timer: NodeJS.Timeout;
  readonly #abort = () => this.#controller.abort();

  /** The deadline is `ms` from now. */
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

  /** The length of the deadline as it was last set. */
  get seconds(): number {
    return this.#ms / 1000;
  }

  /** Sets the deadline to `ms` from now. */
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
