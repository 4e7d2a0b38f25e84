import type { Informer } from './informer.ts';

/** The caches that decisions should not depend on, one sentence each. */
export function whyNotReady(caches: Iterable<readonly [string, Pick<Informer<never>, 'whyNotReady'>]>): string[] {
  return [...caches].flatMap(([name, cache]) => {
    const why = cache.whyNotReady();
    return why === undefined ? [] : [`the cache of ${name} ${why}`];
  });
}
