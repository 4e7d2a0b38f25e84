/** Random numbers that depend on a seed, so that a run can be repeated. */
export interface Random {
  /** An integer from 0 to `below` - 1. */
  below(below: number): number;
  /** One of the items. Its weight determines its probability. */
  pick<T extends { weight: number }>(items: readonly T[]): T;
  /** A string that no other edit contains. */
  marker(): string;
  /** A new generator that depends only on the seed of this one. */
  fork(): Random;
}

/** Mulberry32. Its state of 32 bits is sufficient for this purpose. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number) => next() % limit;
  return {
    below,
    pick: (items) => {
      let left = below(items.reduce((sum, { weight }) => sum + weight, 0));
      for (const item of items) {
        left -= item.weight;
        if (left < 0) return item;
      }
      throw new Error('there are no items');
    },
    marker: () => `m-${[next(), next(), next()].map((part) => part.toString(16).padStart(8, '0')).join('-')}`,
    fork: () => createRandom(next()),
  };
}
