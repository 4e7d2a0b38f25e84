import { revisionedKindNames } from '../../api/definition-revision.ts';
import { placements } from '../../api/ocm.ts';
import { revisionWriters } from '../../api/names.ts';
import type { WebhookConfig } from '../../config.ts';
import { cachedStore, definitionCaches } from '../../catalog/stores/cached.ts';
import { cachedObject, cachedReferrers } from '../../catalog/referrers/cached.ts';
import { deploymentCache } from '../../catalog/deployment-cache.ts';
import { liveReferrers } from '../../catalog/referrers/live.ts';
import { HistorySizes } from '../../catalog/history-sizes.ts';
import { Catalog } from '../../catalog/catalog.ts';
import type { NeededRight } from '../../domain/admission/facts.ts';
import type { DefinitionStore } from '../../catalog/store.ts';
import { liveStore } from '../../catalog/stores/live.ts';
import { memoizedStore } from '../../catalog/stores/memoized.ts';
import { isAllowed, type Access } from '../../kube/objects/access-review.ts';
import { readHubNamespaceUse } from '../../kube/objects/hub-namespace-use.ts';
import { readLocalClusters } from '../../kube/objects/local-clusters.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import { readNamespaceState } from '../../kube/objects/namespaces.ts';
import { ServingCertificate } from '../../tls/serving-certificate.ts';
import { builtinTopologies } from '../../topology/builtin.ts';
import { createCachingEngine } from '../../topology/caching-engine.ts';
import { createDecider, type DeciderOptions } from '../../webhook/decider.ts';
import type { HubReader } from '../../webhook/gather/context.ts';
import { WebhookServer } from '../../webhook/http/server.ts';
import { whyNotReady } from '../../kube/cache/readiness.ts';
import { waitForAbort } from '../../kube/wait-for-abort.ts';
import type { TopologyEngine } from '../../topology/topology-result.ts';
import { createRoleParts, openEngine, serveHealth, type RoleParts } from './role.ts';
import type { Environment } from '../../kube/kubeconfig/kube-config.ts';
import { sha256 } from '../sha256.ts';

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
  const { systemNamespace } = config;
  const deployments = deploymentCache({ client, log, systemNamespace });
  const historySizes = new HistorySizes(caches.revisions);
  const referrers = cachedReferrers(deployments, caches);
  const lookup = { cached: referrers, cachedObject: cachedObject(deployments, caches), client, systemNamespace };
  const catalogOf = (store: DefinitionStore) =>
    new Catalog({ store, hash: sha256, builtins: builtinTopologies, systemNamespace });
  const informers = [
    ...revisionedKindNames.map((kind) => [kind, caches[kind]] as const),
    ['DefinitionRevision', caches.revisions] as const,
    ['WorkloadDeployment', deployments] as const,
  ];
  for (const [kind, informer] of informers) metrics.process.watch(kind, () => informer.lastContact());

  const options: DeciderOptions = {
    topologies,
    hash: sha256,
    revisionWriters: revisionWriters(config.namespace),
    historyOf: (namespace) => historySizes.of(namespace),
    protectedNamespaces: config.protectedNamespaces,
    cached: { catalog: catalogOf(cachedStore(caches, client)), referrers },
    live: (limit, { findsMissed }) => ({
      // A decision reads the same object several times and must always see the same state of it.
      catalog: catalogOf(memoizedStore(liveStore(client, limit))),
      referrers: liveReferrers({ ...lookup, hash: sha256, signal: limit, findsMissed }),
    }),
    hub: hubReader(client, config.render.sharedHubNamespaces),
    severities: config.severities,
    renderSettings: config.render,
    renderLimits,
    reservingSince: () => new Date(Date.now() - config.reservationMs).toISOString(),
    isAllowed: (user, right, limit) => isAllowed(client, user, accessOf(right), limit),
    namespaceState: (namespace, limit) => readNamespaceState(client, namespace, limit),
  };
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

/** The API server waits five seconds for an answer, and objects may be read and rendered twice. */
const renderLimits = { count: 100, ms: 2000 };

/** Reads whether the hub itself is a cluster, and what it needs. */
function hubReader(client: Client, sharedHubNamespaces: readonly string[]): HubReader {
  return {
    localClusters: (signal) => readLocalClusters(client, signal),
    namespaceUse: (namespace, signal) => readHubNamespaceUse(client, namespace, { sharedHubNamespaces, signal }),
    placement: (namespace, name, signal) => getIfPresent(client, placements, { namespace, name }, { signal }),
  };
}

/** The access that a right permits: without the field that needs it and what messages say about it. */
function accessOf({
  path: _path,
  reason: _reason,
  namedBy: _namedBy,
  optional: _optional,
  ...access
}: NeededRight): Access {
  return access;
}
