/** Work took longer than its deadline. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** The deadline of one request: one timer for everything that has to be done for it. Its owner must call `end`. */
export class Deadline {
  readonly #ms: number;
  readonly #timer: NodeJS.Timeout;
  readonly #controller = new AbortController();
  #expire: (error: DeadlineExceeded) => void = () => undefined;
  #error: DeadlineExceeded | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.#timer = setTimeout(() => {
      const error = new DeadlineExceeded(`not done within ${this.#ms} ms`);
      this.#error = error;
      this.#expire(error);
      this.#controller.abort(error);
    }, ms);
  }

  /** Aborts at the deadline, so that work that listens to it stops. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The result of `work`, which is told at the deadline that it is late. */
  async orElse<T>(work: Promise<T>, onLate: () => void): Promise<T> {
    this.#expire = onLate;
    if (this.#error !== undefined) onLate();
    return work;
  }

  /** The result of `work`, or `DeadlineExceeded` at the deadline. The result of work that does not listen to the signal is ignored. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#expire = reject;
      if (this.#error !== undefined) reject(this.#error);
      work.then(resolve, reject);
    });
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
