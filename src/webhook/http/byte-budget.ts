/** Frees what `acquire` has reserved. A second call has no effect. */
export type Release = () => void;

interface Waiting {
  bytes: number;
  grant: () => void;
}

/** A budget of bytes that requests in flight share. What does not fit waits; the first that waits is the first that is served. */
export class ByteBudget {
  readonly #total: number;
  #free: number;
  readonly #waiting = new Set<Waiting>();

  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /**
   * Reserves bytes; a request that is larger than the budget reserves all of it. It waits only if it must, and resolves to `undefined` if
   * that takes longer than `waitMs`.
   */
  acquire(bytes: number, waitMs: number): Release | Promise<Release | undefined> {
    const reserved = Math.min(bytes, this.#total);
    if (this.#waiting.size === 0 && reserved <= this.#free) return this.#reserve(reserved);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve(undefined);
        // The next one may be smaller.
        this.#serve();
      }, waitMs);
      const grant = () => {
        clearTimeout(timer);
        resolve(this.#reserve(reserved));
      };
      const waiting: Waiting = { bytes: reserved, grant };
      this.#waiting.add(waiting);
      this.#serve();
    });
  }

  #reserve(bytes: number): Release {
    this.#free -= bytes;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#free += bytes;
      this.#serve();
    };
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#free) return;
      this.#waiting.delete(waiting);
      waiting.grant();
    }
  }
}

/** A review of at most this many bytes does not wait for larger ones. Most reviews have a few KiB. */
const maxSmallBytes = 256 * 1024;

/**
 * The budgets of the webhook: parsed values need some 20 times as much memory as their JSON, so that 12 MiB of reviews need at
 * most a quarter of a GiB. Small reviews have a budget of their own, because a few large ones would otherwise block everybody.
 */
export class ReviewBudget {
  readonly #small = new ByteBudget(4 * 1024 * 1024);
  readonly #large = new ByteBudget(8 * 1024 * 1024);

  /** Reserves the bytes of a review; `undefined` if that takes longer than `waitMs`. */
  acquire(bytes: number, waitMs: number): Release | Promise<Release | undefined> {
    return (bytes <= maxSmallBytes ? this.#small : this.#large).acquire(bytes, waitMs);
  }
}
