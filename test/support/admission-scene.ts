import { isJsonObject, type KubeObject, type Resource } from '../../src/api/object.ts';
import { deploymentCache } from '../../src/catalog/deployment-cache.ts';
import { definitionCaches } from '../../src/catalog/stores/cached.ts';
import { revisionedKindNames } from '../../src/api/definition-revision.ts';
import { deciderOptions } from '../../src/cli/serve/decider-options.ts';
import type { Decision } from '../../src/domain/admission/decision.ts';
import { applyPatch } from '../../src/domain/json/json-patch.ts';
import { defaultRenderSettings } from '../../src/domain/render/workload-render.ts';
import { protectedNamespaces } from '../../src/domain/spoke/protected-namespaces.ts';
import type { Client } from '../../src/kube/client/client.ts';
import type { GetOptions, ListOptions, ObjectKey } from '../../src/kube/client/requests.ts';
import { localClusterCaches } from '../../src/kube/objects/local-clusters.ts';
import { createDecider } from '../../src/webhook/decider.ts';
import type { AdmissionRequest } from '../../src/webhook/review/review.ts';
import { lifecycleTopologies } from './lifecycle-topology.ts';
import { createMemoryClient, type MemoryClient } from './memory-client.ts';
import { recordedLog } from './recorded-log.ts';

/** One read at the API server: what it is called in documentation, and which object or collection was read. */
export interface LiveRead {
  what: string;
  key: string;
}

/** What both webhooks decided about one request, and what they read at the API server for it. */
export interface Admission {
  mutated: Decision;
  validated: Decision;
  reads: { mutate: LiveRead[]; validate: LiveRead[] };
}

/** The webhook as it is put together for a hub, with an API server in memory. */
export interface AdmissionScene {
  client: MemoryClient;
  /** The caches have these objects, even if the API server has others. */
  decide(request: AdmissionRequest): Promise<Admission>;
  stop(): Promise<void>;
}

/** Caches follow `objects`; decisions read live from `live`, which has the same objects unless it is given. */
export async function admissionScene(
  objects: [Resource, KubeObject][],
  { live = objects }: { live?: [Resource, KubeObject][] } = {},
): Promise<AdmissionScene> {
  const watched = createMemoryClient(objects);
  const client = createMemoryClient(live);
  const { log } = recordedLog();
  const caches = definitionCaches(watched, log);
  const deployments = deploymentCache({ client: watched, log, systemNamespace: 'mural-system' });
  const localClusters = localClusterCaches(watched, log);
  const informers = [
    ...revisionedKindNames.map((kind) => caches[kind]),
    caches.revisions,
    deployments,
    localClusters.clusters,
    localClusters.clusterSets,
  ];
  const stopping = new AbortController();
  const running = Promise.all(informers.map((informer) => informer.run(stopping.signal)));
  await Promise.all(informers.map((informer) => informer.synced));
  const recorder = recordReads(client);
  const options = deciderOptions({
    client: recorder.client,
    caches,
    deployments,
    localClusters,
    topologies: lifecycleTopologies().topologies,
    config: {
      namespace: 'mooring-system',
      systemNamespace: 'mural-system',
      protectedNamespaces: protectedNamespaces(),
      severities: {},
      render: { ...defaultRenderSettings, sharedHubNamespaces: ['hub'] },
      reservationMs: 0,
    },
  });
  const [mutate, validate] = [createDecider('mutate', options), createDecider('validate', options)];
  const { signal } = new AbortController();
  return {
    client,
    async decide(request) {
      recorder.take();
      const mutated = request.operation === 'DELETE' ? noDecision : await mutate(request, signal);
      const ofMutate = recorder.take();
      const validated = await validate(withPatch(request, mutated), signal);
      return { mutated, validated, reads: { mutate: ofMutate, validate: recorder.take() } };
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The mutating webhook is not called for deletions. */
const noDecision: Decision = { patch: [], violations: [], notes: [], audit: {} };

function withPatch(request: AdmissionRequest, { patch }: Decision): AdmissionRequest {
  if (request.object === undefined) return request;
  const object = applyPatch(request.object, patch);
  if (!isJsonObject(object)) throw new TypeError('a mutated object is a JSON object');
  return { ...request, object };
}

/** An object that cannot be changed, because requests at the same time share what is read. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) frozen(each);
    Object.freeze(value);
  }
  return value;
}

/** A client that records reads and access reviews. Every access review is answered with yes. */
function recordReads(client: Client): { client: Client; take: () => LiveRead[] } {
  const reads: LiveRead[] = [];
  const recorded: Client = {
    ...client,
    get: <T = KubeObject>(resource: Resource, key: ObjectKey, options?: GetOptions) => {
      reads.push({ what: `GET ${resource.kind}`, key: `${resource.plural}/${key.namespace ?? ''}/${key.name}` });
      return client.get<T>(resource, key, options).then((found) => frozen(found));
    },
    list: <T>(resource: Resource, options: ListOptions<T> = {}) => {
      const { namespace, labelSelector, limit, metadataOnly } = options;
      const content = metadataOnly === true ? '' : ' with content';
      const scope = namespace === undefined ? ' of the hub' : ' of the namespace';
      const by = labelSelector !== undefined ? ' by label' : limit === undefined ? scope : ` of ${limit}`;
      const key = `${resource.plural}/${namespace ?? ''}?${labelSelector ?? ''}`;
      reads.push({ what: `LIST ${resource.kind}${content}${by}`, key });
      return client.list<T>(resource, options).then((found) => frozen(found));
    },
    create: <T>(resource: Resource, object: T) => {
      reads.push({ what: resource.kind, key: JSON.stringify(object) });
      return Promise.resolve({ ...object, status: { allowed: true } });
    },
  };
  return { client: recorded, take: () => reads.splice(0) };
}
