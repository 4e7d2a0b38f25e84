import { isDeepStrictEqual } from 'node:util';
import { accountOf } from '../api/names.ts';
import type { Environment } from '../api/environment.ts';
import { environments } from '../api/kinds.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import { evaluateReadiness, readReadinessResult, type ReadinessResult } from '../domain/status/readiness.ts';
import type { Client } from '../kube/client/client.ts';
import { isConflict, isNotFound } from '../kube/client/errors.ts';
import type { WriteOverlay } from '../kube/cache/write-overlay.ts';
import { recordEvent } from '../kube/objects/events.ts';
import type { Log } from '../log.ts';
import type { EnvironmentMetrics } from '../metrics/environments.ts';
import type { Requeue } from '../kube/queue/loop.ts';
import { isConfirmedNotReady } from './confirm-not-ready.ts';
import { gather, type Caches } from './gather.ts';
import type { DecisionTimes } from './decision-latency.ts';

/** Field manager of the status fields that the aggregator owns, and the component of its Events. */
const fieldManager = accountOf('aggregator');

interface ReconcileOptions {
  client: Client;
  caches: Caches & { environments: { get(namespace: string | undefined, name: string): Environment | undefined } };
  ownWrites: WriteOverlay<Environment>;
  decisionTimes: DecisionTimes;
  metrics: EnvironmentMetrics;
  hash: Hash;
  log: Log;
  /** Milliseconds of the clock that `decisionTimes` uses. */
  now: () => number;
}

/** When to evaluate again what the API server does not confirm. The event that the cache lacks mostly comes first. */
const unconfirmedBackoff = { fromMs: 500, toMs: 10_000 };

/** Evaluates one Environment and writes its status, unless it stays equal. */
export function createReconcile(options: ReconcileOptions): (key: string) => Promise<void | Requeue> {
  const { client, caches, ownWrites, decisionTimes, metrics, hash } = options;
  return async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const receivedAt = decisionTimes.take(key);
    const cached = caches.environments.get(namespace, name);
    if (cached === undefined) {
      ownWrites.forget(key);
      metrics.remove(namespace, name);
      return undefined;
    }
    const environment = ownWrites.newest(cached);
    const readiness =
      environment.metadata.deletionTimestamp === undefined
        ? evaluateReadiness(gather(caches, environment, hash))
        : undefined;
    const previous = readReadinessResult(environment.status);
    if (readiness === undefined || isDeepStrictEqual(readiness, previous)) {
      metrics.set(namespace, name, sampleOf(environment, previous));
      return undefined;
    }
    try {
      const isLost = previous?.status === 'Ready' && readiness.status === 'NotReady';
      if (isLost && !(await isConfirmedNotReady(environment, readiness, client))) {
        decisionTimes.restore(key, receivedAt);
        return { backoff: unconfirmedBackoff };
      }
      const written = await writeStatus(client, environment, readiness);
      ownWrites.remember(written);
    } catch (error) {
      // The Environment was deleted in the meantime; a watch event will follow.
      if (isNotFound(error)) return undefined;
      // The remembered write may have been lost, for example because etcd was restored. The cache shows what is there.
      if (isConflict(error)) ownWrites.forget(key);
      decisionTimes.restore(key, receivedAt);
      throw error;
    }
    if (receivedAt !== undefined) metrics.observeDecisionToStatus((options.now() - receivedAt) / 1000);
    metrics.set(namespace, name, sampleOf(environment, readiness));
    await reportTransition(options, environment, readiness);
    return undefined;
  };
}

/**
 * Applies all fields that the aggregator owns. The resourceVersion makes the write fail for a new object of the same name; a
 * uid does not (tested).
 */
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

/** Counts a change between Ready and NotReady and records an Event for it. The first evaluation is not a change. */
async function reportTransition(
  { client, metrics, log }: ReconcileOptions,
  environment: Environment,
  readiness: ReadinessResult,
): Promise<void> {
  const previous = environment.status?.status;
  if (previous === undefined || previous === readiness.status) return;
  metrics.countTransition(environment.metadata.namespace ?? '', environment.metadata.name, readiness.status);
  const [condition] = readiness.conditions;
  const event = {
    object: environment,
    type: readiness.status === 'Ready' ? ('Normal' as const) : ('Warning' as const),
    reason: readiness.status,
    message: `${condition?.reason}: ${condition?.message}`,
    component: fieldManager,
  };
  await recordEvent(client, event, { log });
}

function sampleOf(environment: Environment, readiness: ReadinessResult | undefined) {
  return {
    ready: readiness === undefined ? undefined : readiness.status === 'Ready',
    selectedClusters: readiness?.totalSelectedClusters,
    requiredClusters: readiness?.requiredClusters,
    revision: environment.status?.revision,
  };
}
