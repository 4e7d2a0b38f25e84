import { isDeepStrictEqual } from 'node:util';
import { accountOf } from '../api/names.ts';
import type { Environment } from '../api/environment.ts';
import { environments } from '../api/kinds.ts';
import { evaluateReadiness, readReadinessResult, type ReadinessResult } from '../domain/status/readiness.ts';
import type { Client } from '../kube/client/client.ts';
import { isNotFound } from '../kube/client/errors.ts';
import { recordEvent } from '../kube/objects/events.ts';
import type { Log } from '../log.ts';
import type { EnvironmentMetrics } from '../metrics/environments.ts';
import { gather, type Caches } from './gather.ts';
import type { OwnWrites } from './own-writes.ts';
import type { Receipts } from './decision-latency.ts';

/** Field manager of the status fields that the aggregator owns, and the component of its Events. */
const fieldManager = accountOf('aggregator');

interface ReconcileOptions {
  client: Client;
  caches: Caches & { environments: { get(namespace: string | undefined, name: string): Environment | undefined } };
  ownWrites: OwnWrites<Environment>;
  receipts: Receipts;
  metrics: EnvironmentMetrics;
  log: Log;
  /** Milliseconds, of the same clock as the receipts. */
  now: () => number;
}

/** Makes the status of one Environment say what is true now; writes only what differs. */
export function createReconcile(options: ReconcileOptions): (key: string) => Promise<void> {
  const { caches, ownWrites, receipts, metrics } = options;
  return async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const receivedAt = receipts.take(key);
    const cached = caches.environments.get(namespace, name);
    if (cached === undefined) {
      ownWrites.forget(key);
      metrics.remove(namespace, name);
      return;
    }
    const environment = ownWrites.newest(cached);
    const verdict =
      environment.metadata.deletionTimestamp === undefined ? evaluateReadiness(gather(caches, environment)) : undefined;
    const previous = readReadinessResult(environment.status);
    if (verdict === undefined || isDeepStrictEqual(verdict, previous)) {
      metrics.set(namespace, name, sampleOf(environment, previous));
      return;
    }
    try {
      const written = await writeStatus(options.client, environment, verdict);
      ownWrites.remember(written);
    } catch (error) {
      // Deleted meanwhile; the watch is about to say so.
      if (isNotFound(error)) return;
      receipts.restore(key, receivedAt);
      throw error;
    }
    if (receivedAt !== undefined) metrics.decisionToStatus((options.now() - receivedAt) / 1000);
    metrics.set(namespace, name, sampleOf(environment, verdict));
    await announce(options, environment, verdict);
  };
}

/** Server-side apply of the whole of what we own. The resourceVersion keeps a verdict from a namesake; a uid does not (tried). */
async function writeStatus(client: Client, environment: Environment, status: ReadinessResult): Promise<Environment> {
  const { apiVersion, kind, metadata, spec } = environment;
  const { namespace, name, resourceVersion } = metadata;
  const body: Partial<Environment> & Pick<Environment, 'apiVersion' | 'kind' | 'metadata'> = {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    status,
  };
  const written = await client.apply(environments, body, { fieldManager, subresource: 'status' });
  return { ...written, spec: written.spec ?? spec };
}

/** Counts a change between Ready and NotReady and records an Event for it. The first verdict is not a change. */
async function announce(
  { client, metrics, log }: ReconcileOptions,
  before: Environment,
  after: ReadinessResult,
): Promise<void> {
  const was = before.status?.status;
  if (was === undefined || was === after.status) return;
  metrics.transition(before.metadata.namespace ?? '', before.metadata.name, after.status);
  const [condition] = after.conditions;
  const event = {
    object: before,
    type: after.status === 'Ready' ? ('Normal' as const) : ('Warning' as const),
    reason: after.status,
    message: `${condition?.reason}: ${condition?.message}`,
    component: fieldManager,
  };
  await recordEvent(client, event, { log });
}

function sampleOf(environment: Environment, verdict: ReadinessResult | undefined) {
  return {
    ready: verdict === undefined ? undefined : verdict.status === 'Ready',
    selectedClusters: verdict?.totalSelectedClusters,
    requiredClusters: verdict?.requiredClusters,
    revision: environment.status?.revision,
  };
}
