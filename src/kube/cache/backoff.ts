/** Milliseconds; client-go's reflector uses the same values. */
const firstMs = 800;
const longestMs = 30_000;

/** How long to wait after `failures` earlier failures: the base doubles with each of them, and jitter adds up to 100 %. */
export function backoffMs(failures: number, random: () => number): number {
  const base = Math.min(longestMs, firstMs * 2 ** failures);
  return Math.min(longestMs, base * (1 + random()));
}
