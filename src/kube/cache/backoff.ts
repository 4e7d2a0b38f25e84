/** Ms; client-go's reflector uses the same two. */
const FIRST = 800;
const LONGEST = 30_000;

/** How long to wait before trying again after `failures` earlier ones: it doubles each time, plus up to as much again. */
export function backoffMs(failures: number, random: () => number): number {
  const plain = Math.min(LONGEST, FIRST * 2 ** failures);
  return Math.min(LONGEST, plain * (1 + random()));
}
