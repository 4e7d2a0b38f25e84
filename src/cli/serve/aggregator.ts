import { createAggregator } from '../../aggregator/aggregator.ts';
import type { AggregatorConfig } from '../../config.ts';
import type { Environment } from '../../kube/kubeconfig/kube-config.ts';
import { sha256 } from '../sha256.ts';
import { createElection, createRoleParts, serveHealth } from './role.ts';

/** Runs the aggregator until the signal is aborted. */
export async function serveAggregator(
  config: AggregatorConfig,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  const parts = createRoleParts('aggregator', config, { ...config, environment });
  const { election, guarded } = createElection('aggregator', config, parts);
  const { log, metrics } = parts;
  const aggregator = createAggregator({ client: guarded, log, metrics, hash: sha256, now: () => performance.now() });
  const ready = () => aggregator.whyNotReady().map((why) => `aggregator: ${why}`);
  await Promise.all([
    aggregator.watch(signal),
    election.run(signal, (leading) => aggregator.lead(leading)),
    serveHealth(parts, config, ready, signal),
  ]);
}
