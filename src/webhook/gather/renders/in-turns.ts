/** This many renders wait for the engine at the same time. */
const concurrentRenders = 4;

/** The results in the order of the items. A few items are evaluated at the same time. */
export async function inTurns<T, R>(items: readonly T[], evaluate: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += concurrentRenders) {
    results.push(...(await Promise.all(items.slice(start, start + concurrentRenders).map(evaluate))));
  }
  return results;
}
