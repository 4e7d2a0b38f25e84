import { createAggregator } from '../../aggregator/aggregator.ts';
import type { LeaderConfig } from '../../config.ts';
import { election, roleParts, serveHealth } from './role.ts';

/** Runs the aggregator until the signal. */
export async function serveAggregator(config: LeaderConfig, signal: AbortSignal): Promise<void> {
  const parts = roleParts('aggregator', config);
  const { leases, guarded } = election('aggregator', config, parts);
  const { log, metrics } = parts;
  const aggregator = createAggregator({ client: guarded, log, metrics, now: () => performance.now() });
  const ready = () => (aggregator.ready() ? [] : ['aggregator: caches are not complete yet']);
  await Promise.all([
    aggregator.watch(signal),
    leases.run(signal, (leading) => aggregator.lead(leading)),
    serveHealth(parts, config, ready, signal),
  ]);
}
