import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject, KubeObject, Resource } from '../../src/api/object.ts';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { allInformers, createCaches, runCaches, type ControllerCaches } from '../../src/controller/caches.ts';
import { KnownOrphans } from '../../src/controller/orphans/known-orphans.ts';
import { WrittenNamespaces } from '../../src/controller/written-namespaces.ts';
import { cachedStore } from '../../src/catalog/stores/cached.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { catalogOf } from './catalog.ts';
import {
  defaultRenderSettings,
  type RenderOutcome,
  type RenderTools,
} from '../../src/domain/render/workload-render.ts';
import { allowedKindOf } from '../../src/domain/render/topology-kind.ts';
import { protectedNamespaces } from '../../src/domain/spoke/protected-namespaces.ts';
import { discoveryOf } from './discovery.ts';
import { createMemoryClient, type MemoryClient } from './memory-client.ts';
import { recordedLog, type LogLine } from './recorded-log.ts';

/** The render of every topology in a scene: a Placement, and a ManifestWorkReplicaSet with the manifests for the spokes. */
export function simpleRender(parameter: JsonObject, workloadYamls: readonly string[]): JsonObject[] {
  return [
    {
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: { name: 'here' },
      spec: parameter['placement'] ?? {},
    },
    {
      apiVersion: 'work.open-cluster-management.io/v1alpha1',
      kind: 'ManifestWorkReplicaSet',
      metadata: { name: 'here' },
      spec: {
        placementRefs: [{ name: 'here' }],
        manifestWorkTemplate: { workload: { manifests: workloadYamls.map((text) => JSON.parse(text)) } },
      },
    },
  ];
}

export interface ControllerScene {
  client: MemoryClient;
  caches: ControllerCaches;
  catalog: Catalog;
  tools: RenderTools;
  lines: LogLine[];
  shared: {
    client: MemoryClient;
    caches: ControllerCaches;
    catalog: Catalog;
    tools: RenderTools;
    writtenNamespaces: WrittenNamespaces;
    protectedNamespaces: readonly string[];
    installation: string;
    knownOrphans: KnownOrphans;
  };
  /** How many orphaned objects of each kind were counted as deleted. */
  orphansDeleted: Record<string, number>;
  log: ReturnType<typeof recordedLog>['log'];
  /** Replaces the result of all later renders; `undefined` undoes that. */
  renderAs(outcome: RenderOutcome | undefined): void;
  /** Waits until the caches have seen all writes. */
  caughtUp(): Promise<void>;
  /** The writes since the last call, as `verb plural.group/namespace/name`. */
  writes(): string[];
  stop(): Promise<void>;
}

/** The uid of the CustomResourceDefinition of WorkloadDeployments. */
const installation = 'installation';

/** The CustomResourceDefinition of WorkloadDeployments. Tests need no more of it than its uid. */
export const installedDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'workloaddeployments.spectrocloud.com', uid: installation },
};

/**
 * An API server in memory that has the objects, and the caches of a controller that watch it. `otherKinds` are those of
 * `--topology-kind`; the API server serves them.
 */
export async function controllerScene(
  objects: [Resource, KubeObject][] = [],
  otherKinds: readonly Resource[] = [],
): Promise<ControllerScene> {
  const client = createMemoryClient([...objects, [customResourceDefinitions, installedDefinition]]);
  if (otherKinds.length > 0) client.raw = discoveryOf(otherKinds);
  const { log, lines } = recordedLog();
  const options = { systemNamespace: 'mural-system', hash: sha256, topologyKinds: otherKinds };
  const caches = createCaches({ client, log, ...options });
  const stopping = new AbortController();
  const informers = allInformers(caches).map(([, informer]) => informer);
  const running = runCaches(caches, stopping.signal);
  await Promise.all(informers.map((informer) => informer.synced));
  let outcome: RenderOutcome | undefined;
  const tools: RenderTools = {
    topologies: {
      render: (_template, parameter, { workloadYamls }) =>
        Promise.resolve(outcome ?? { ok: true, objects: simpleRender(parameter, workloadYamls) }),
    },
    settings: {
      ...defaultRenderSettings,
      allowedKinds: [...defaultRenderSettings.allowedKinds, ...otherKinds.map(allowedKindOf)],
      sharedHubNamespaces: ['hub'],
    },
    hash: sha256,
  };
  const orphansDeleted: Record<string, number> = {};
  const countDeleted = (kind: string) => void (orphansDeleted[kind] = (orphansDeleted[kind] ?? 0) + 1);
  const catalog = catalogOf(cachedStore(caches.definitions, client));
  return {
    client,
    caches,
    catalog,
    tools,
    lines,
    orphansDeleted,
    log,
    shared: {
      client,
      caches,
      catalog,
      tools,
      writtenNamespaces: new WrittenNamespaces(),
      installation,
      knownOrphans: new KnownOrphans({ client, log, now: Date.now, graceMs: 0, countDeleted }),
      protectedNamespaces: protectedNamespaces(),
    },
    renderAs: (next) => void (outcome = next),
    caughtUp: async () => sleep(15),
    writes: () => client.writes.splice(0).map(({ verb, key }) => `${verb} ${key}`),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
