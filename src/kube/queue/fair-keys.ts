export interface FairKeysOptions {
  /** The group of a key. By default all keys are in one group. */
  groupOf?: ((key: string) => string) | undefined;
  /** How many keys of one group may be taken and not finished at the same time. No limit by default. */
  maxPerGroup?: number | undefined;
}

/** A set of keys from which one key of each group is taken in turn; within a group, in order of arrival. */
export class FairKeys {
  readonly #groupOf: (key: string) => string;
  readonly #maxPerGroup: number;
  /** The keys of each group. The group whose turn is next is the first one. */
  readonly #groups = new Map<string, Set<string>>();
  /** How many keys of each group are taken and not finished. */
  readonly #taken = new Map<string, number>();
  #size = 0;

  constructor({ groupOf, maxPerGroup }: FairKeysOptions = {}) {
    this.#groupOf = groupOf ?? (() => '');
    this.#maxPerGroup = maxPerGroup ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a key at the end of its group, unless it is in the set already. */
  add(key: string): void {
    const group = this.#groupOf(key);
    const keys = this.#groups.get(group) ?? new Set();
    if (keys.has(key)) return;
    keys.add(key);
    this.#groups.set(group, keys);
    this.#size += 1;
  }

  /** Removes and returns the next key; undefined if there is none, or if each group with a key is at its limit. */
  take(): string | undefined {
    for (const [group, keys] of this.#groups) {
      const taken = this.#taken.get(group) ?? 0;
      const [key] = keys;
      if (taken >= this.#maxPerGroup || key === undefined) continue;
      keys.delete(key);
      this.#size -= 1;
      this.#taken.set(group, taken + 1);
      // The group goes to the end, so that each other group has its turn first.
      this.#groups.delete(group);
      if (keys.size > 0) this.#groups.set(group, keys);
      return key;
    }
    return undefined;
  }

  /** Ends the processing of a key that was taken. */
  finish(key: string): void {
    const group = this.#groupOf(key);
    const taken = (this.#taken.get(group) ?? 0) - 1;
    if (taken > 0) this.#taken.set(group, taken);
    else this.#taken.delete(group);
  }

  /** Drops all keys that were not taken. */
  clear(): void {
    this.#groups.clear();
    this.#size = 0;
  }
}
