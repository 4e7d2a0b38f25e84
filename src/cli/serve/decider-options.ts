import { revisionWriters } from '../../api/names.ts';
import type { KubeObject, Resource } from '../../api/object.ts';
import { placements } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { Catalog } from '../../catalog/catalog.ts';
import { HistorySizes } from '../../catalog/history-sizes.ts';
import { cachedObject, cachedReferrers } from '../../catalog/referrers/cached.ts';
import { liveReferrers } from '../../catalog/referrers/live.ts';
import type { DefinitionStore } from '../../catalog/store.ts';
import { cachedStore, type DefinitionCaches } from '../../catalog/stores/cached.ts';
import { liveStore } from '../../catalog/stores/live.ts';
import { memoizedStore } from '../../catalog/stores/memoized.ts';
import type { WebhookConfig } from '../../config.ts';
import type { NeededRight } from '../../domain/admission/facts.ts';
import type { Informer } from '../../kube/cache/informer.ts';
import type { Client } from '../../kube/client/client.ts';
import type { GetOptions, ObjectKey } from '../../kube/client/requests.ts';
import { joinReads } from '../../kube/client/joined-reads.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import { isAllowed, type Access } from '../../kube/objects/access-review.ts';
import { readHubNamespaceUse } from '../../kube/objects/hub-namespace-use.ts';
import { knownLocalClusters, type LocalClusterCaches } from '../../kube/objects/local-clusters.ts';
import { readNamespaceState } from '../../kube/objects/namespaces.ts';
import { builtinTopologies } from '../../topology/builtin.ts';
import type { TopologyEngine } from '../../topology/topology-result.ts';
import type { DeciderOptions } from '../../webhook/decider.ts';
import type { HubReader } from '../../webhook/gather/context.ts';
import { RememberedSamples } from '../../webhook/gather/renders/remembered-samples.ts';
import { sha256 } from '../sha256.ts';

/** What the decisions of the webhook are made from. */
export interface DecisionSources {
  client: Client;
  caches: DefinitionCaches;
  deployments: Informer<WorkloadDeployment>;
  localClusters: LocalClusterCaches;
  topologies: Pick<TopologyEngine, 'check' | 'render'>;
  config: Pick<
    WebhookConfig,
    'namespace' | 'systemNamespace' | 'protectedNamespaces' | 'severities' | 'render' | 'reservationMs'
  >;
}

/** Connects the decisions of the webhook with its caches and with an API server. */
export function deciderOptions(sources: DecisionSources): DeciderOptions {
  const { caches, deployments, localClusters, topologies, config } = sources;
  // Requests at the same time often name the same objects.
  const client = joinReads(sources.client);
  const { systemNamespace } = config;
  const historySizes = new HistorySizes(caches.revisions);
  const referrers = cachedReferrers(deployments, caches);
  const lookup = { cached: referrers, cachedObject: cachedObject(deployments, caches), client, systemNamespace };
  const catalog = { hash: sha256, builtins: builtinTopologies, systemNamespace, hashes: new WeakMap() };
  const fromCache = cachedStore(caches, client);
  return {
    topologies,
    hash: sha256,
    revisionWriters: revisionWriters(config.namespace),
    historyOf: (namespace) => historySizes.of(namespace),
    protectedNamespaces: config.protectedNamespaces,
    cached: { catalog: new Catalog({ ...catalog, store: fromCache }), referrers },
    live: (limit, { findsMissed }) => ({
      catalog: new Catalog({
        ...catalog,
        store: liveDefinitions(client, fromCache, limit),
        cachedRevisions: fromCache,
      }),
      referrers: liveReferrers({ ...lookup, hash: sha256, signal: limit, findsMissed }),
    }),
    hub: hubReader(client, localClusters, config.render.sharedHubNamespaces),
    severities: config.severities,
    renderSettings: config.render,
    renderLimits,
    samples: new RememberedSamples(),
    reservingSince: () => new Date(Date.now() - config.reservationMs).toISOString(),
    isAllowed: (user, right, limit) => isAllowed(client, user, accessOf(right), limit),
    namespaceState: (namespace, limit) => readNamespaceState(client, namespace, limit),
  };
}

/** Reads each object once. What a revision means and its content are in the same object. */
function getOnce(client: Client): Pick<Client, 'get' | 'list'> {
  const found = new Map<string, Promise<unknown>>();
  return {
    list: (resource, options) => client.list(resource, options),
    get: <T = KubeObject>(resource: Resource, key: ObjectKey, options?: GetOptions) => {
      const id = JSON.stringify([resource.group, resource.plural, key.namespace, key.name]);
      const known = found.get(id) ?? client.get<T>(resource, key, options);
      found.set(id, known);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller names the type of the object
      return known as Promise<T>;
    },
  };
}

/**
 * Definitions as they are now. A decision reads the same object several times and must always see the same state of it. Names are
 * only suggested, and no decision depends on them, so a namespace is not listed for them.
 */
function liveDefinitions(client: Client, cached: Pick<DefinitionStore, 'names'>, signal: AbortSignal): DefinitionStore {
  return memoizedStore({ ...liveStore(getOnce(client), signal), names: cached.names });
}

/** The API server waits five seconds for an answer, and objects may be read and rendered twice. */
const renderLimits = { count: 100, ms: 2000 };

/** Reads whether the hub itself is a cluster, and what it needs. */
function hubReader(
  client: Client,
  localClusters: LocalClusterCaches,
  sharedHubNamespaces: readonly string[],
): HubReader {
  return {
    localClusters: (signal, { isLive, findsMissed } = { isLive: true, findsMissed: true }) =>
      knownLocalClusters(client, localClusters, { isLive, findsMissed, signal }),
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
