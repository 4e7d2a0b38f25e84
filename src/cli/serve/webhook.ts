import { revisionedKindNames } from '../../api/definition-revision.ts';
import type { WebhookConfig } from '../../config.ts';
import { definitionCaches } from '../../catalog/stores/cached.ts';
import { deploymentCache } from '../../catalog/deployment-cache.ts';
import { localClusterCaches } from '../../kube/objects/local-clusters.ts';
import { ServingCertificate } from '../../tls/serving-certificate.ts';
import { createCachingEngine } from '../../topology/caching-engine.ts';
import { createDecider } from '../../webhook/decider.ts';
import { WebhookServer } from '../../webhook/http/server.ts';
import { whyNotReady } from '../../kube/cache/readiness.ts';
import { waitForAbort } from '../../kube/wait-for-abort.ts';
import type { TopologyEngine } from '../../topology/topology-result.ts';
import { deciderOptions } from './decider-options.ts';
import { createRoleParts, openEngine, serveHealth, type RoleParts } from './role.ts';
import type { Environment } from '../../kube/kubeconfig/kube-config.ts';

/** Runs the webhook until the signal is aborted and the last request has its response. */
export async function serveWebhook(
  config: WebhookConfig,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  const parts = createRoleParts('webhook', config, { environment });
  // Everything that requests need runs until the last request has its response.
  const serving = new AbortController();
  // The process is alive while it opens the CUE engine.
  let ready = () => ['webhook: the CUE engine is not open yet'];
  const run = async (): Promise<void> => {
    const engine = await openEngine(config.topology, environment, parts.log, signal);
    try {
      if (engine === undefined) return;
      await runWebhook({ config, parts, engine, signal, serving, onStart: (reasons) => (ready = reasons) });
    } finally {
      serving.abort();
      await engine?.close();
    }
  };
  await Promise.all([serveHealth(parts, config, () => ready(), serving.signal), run()]);
}

interface WebhookRun {
  config: WebhookConfig;
  parts: RoleParts;
  engine: TopologyEngine;
  signal: AbortSignal;
  /** Aborted when the last request has its response. */
  serving: AbortController;
  onStart: (whyNotReady: () => string[]) => void;
}

async function runWebhook({ config, parts, engine, signal, serving, onStart }: WebhookRun): Promise<void> {
  const { client, log, metrics } = parts;
  // A topology is evaluated twice for a request, on mutation and on validation. With the cache, an endless one is waited for once.
  const topologies = createCachingEngine({ engine, maxResults: 2000, retryStoppedAfterMs: 10_000, now: Date.now });
  const caches = definitionCaches(client, log);
  const deployments = deploymentCache({ client, log, systemNamespace: config.systemNamespace });
  const localClusters = localClusterCaches(client, log);
  const informers = [
    ...revisionedKindNames.map((kind) => [kind, caches[kind]] as const),
    ['DefinitionRevision', caches.revisions] as const,
    ['WorkloadDeployment', deployments] as const,
    ['ManagedCluster', localClusters.clusters] as const,
    ['ManagedClusterSet', localClusters.clusterSets] as const,
  ];
  for (const [kind, informer] of informers) metrics.process.watch(kind, () => informer.lastContact());

  const options = deciderOptions({ client, caches, deployments, localClusters, topologies, config });
  const server = new WebhookServer({
    decide: { mutate: createDecider('mutate', options), validate: createDecider('validate', options) },
    log,
    metrics: metrics.admission,
    now: () => performance.timeOrigin + performance.now(),
  });
  const certificate = new ServingCertificate({
    client,
    namespace: config.namespace,
    now: Date.now,
    log,
    onCertificate: (pair) => server.setCertificate(pair),
    onSegments: (segments) => server.setSegments(segments),
  });
  metrics.process.certificate('serving', () => certificate.expiresAt());
  onStart(() => [...server.whyNotServing(), ...whyNotReady(informers).map((why) => `webhook: ${why}`)]);
  await Promise.all([
    ...informers.map(([, informer]) => informer.run(serving.signal)),
    certificate.run(serving.signal),
    server.listen(config.port, config.host),
    waitForAbort(signal)
      .then(() => server.drain())
      .finally(() => serving.abort()),
  ]);
}
