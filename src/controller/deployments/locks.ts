/** Whose turn comes before another's: the smaller text. */
export type Rank = string;

interface Waiting {
  rank: Rank;
  begin: () => void;
}

/** Lets one at a time do something that concerns a key, and of those that wait the one of the smallest rank first. */
export class NamespaceLocks {
  readonly #waiting = new Map<string, Waiting[]>();

  /** Runs once it has the turn for all keys. */
  async run<T>(keys: readonly string[], rank: Rank, run: () => Promise<T>): Promise<T> {
    const held: string[] = [];
    try {
      // In the same order for everyone, so that nobody waits in a circle.
      for (const key of [...new Set(keys)].toSorted()) {
        await this.#acquire(key, rank);
        held.push(key);
      }
      return await run();
    } finally {
      for (const key of held) this.#release(key);
    }
  }

  #acquire(key: string, rank: Rank): Promise<void> {
    const queue = this.#waiting.get(key);
    if (queue === undefined) {
      this.#waiting.set(key, []);
      return Promise.resolve();
    }
    return new Promise((resolve) => queue.push({ rank, begin: resolve }));
  }

  #release(key: string): void {
    const queue = this.#waiting.get(key) ?? [];
    const [first] = queue.toSorted((left, right) => (left.rank < right.rank ? -1 : 1));
    if (first === undefined) {
      this.#waiting.delete(key);
      return;
    }
    queue.splice(queue.indexOf(first), 1);
    first.begin();
  }
}
