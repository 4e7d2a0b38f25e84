/** Milliseconds; client-go's reflector uses the same values. */
const firstMs = 800;
const longestMs = 30_000;

/** How long to wait before the next attempt after `failures` earlier failures: it doubles each time, and jitter adds up to as much again. */
export function backoffMs(failures: number, random: () => number): number {
  const base = Math.min(longestMs, firstMs * 2 ** failures);
  return Math.min(longestMs, base * (1 + random()));
}
