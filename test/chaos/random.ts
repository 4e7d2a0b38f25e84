/** Chance that a seed decides, so that a run can be asked for again. */
export interface Random {
  /** From 0 up to, not including, `below`. */
  below(below: number): number;
  /** One of the items, each as likely as its weight. */
  pick<T extends { weight: number }>(items: readonly T[]): T;
  /** Something that no other edit bears. */
  marker(): string;
  /** Another one, that depends on this one's seed only. */
  fork(): Random;
}

/** Mulberry32: 32 bits of state, which is plenty to pick edits by. */
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
      throw new Error('nothing to pick from');
    },
    marker: () => `m-${[next(), next(), next()].map((part) => part.toString(16).padStart(8, '0')).join('-')}`,
    fork: () => createRandom(next()),
  };
}
