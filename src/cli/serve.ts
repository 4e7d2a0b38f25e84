import { installNamespace, systemNamespace } from '../api/names.ts';
import { aggregatorConfig, controllerConfig, UsageError, webhookConfig } from '../config.ts';
import { serveAggregator } from './serve/aggregator.ts';
import { serveController } from './serve/controller.ts';
import { serveWebhook } from './serve/webhook.ts';
import type { CacheEnvironment } from './topologies.ts';

export const serveUsage = `Usage: mooring serve webhook|controller|aggregator [--kubeconfig FILE] [--namespace ${installNamespace}]
       [--system-namespace ${systemNamespace}] [--health-port 8080] [--log-level info] …`;

/** `mooring serve ROLE`: runs until the signal. */
export async function serve(args: string[], environment: CacheEnvironment, signal: AbortSignal): Promise<void> {
  const [role, ...flags] = args;
  switch (role) {
    case 'webhook':
      return serveWebhook(webhookConfig(flags), environment, signal);
    case 'controller':
      return serveController(controllerConfig(flags), environment, signal);
    case 'aggregator':
      return serveAggregator(aggregatorConfig(flags), signal);
    default:
      throw new UsageError(`${role === undefined ? 'which role?' : `there is no role ${role}`}\n${serveUsage}`);
  }
}
