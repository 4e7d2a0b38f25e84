import { isJsonObject, type KubeObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { noHistory } from '../../src/catalog/history-sizes.ts';
import type { DefinitionStore } from '../../src/catalog/store.ts';
import { defaultRenderSettings } from '../../src/domain/render/workload-render.ts';
import { protectedNamespaces } from '../../src/domain/spoke/protected-namespaces.ts';
import type { TopologyResult } from '../../src/topology/topology-result.ts';
import type { GatherOptions, HubReader, ObjectSource } from '../../src/webhook/gather/context.ts';
import { filesOf } from './catalog.ts';
import { simpleRender } from './controller-scene.ts';
import { readReview, type AdmissionRequest } from '../../src/webhook/review/review.ts';
import { admissionReview } from './admission-review.ts';

const valid: TopologyResult = { ok: true, objects: [] };

/** Options with a topology engine that accepts every topology, unless `checked` is given. */
export function webhookSources(overrides: Partial<GatherOptions> = {}, checked: TopologyResult = valid): GatherOptions {
  return {
    topologies: {
      check: () => Promise.resolve(checked),
      render: (_template, parameter, { workloadYamls }) =>
        Promise.resolve(checked.ok ? { ok: true, objects: simpleRender(parameter, workloadYamls) } : checked),
    },
    hash: sha256,
    revisionWriters: [],
    historyOf: () => noHistory,
    hub: hubReader(),
    protectedNamespaces: protectedNamespaces(),
    renderSettings: defaultRenderSettings,
    reservingSince: () => '',
    isAllowed: () => Promise.resolve(true),
    namespaceState: () => Promise.resolve({ labels: {}, terminating: false }),
    ...overrides,
  };
}

/** Reads objects as if they came from files. */
export function offlineLookup(objects: readonly KubeObject[]): ObjectSource {
  return { ...filesOf(objects), isLive: true };
}

/** The request of an API server to create `object`, or to update `oldObject` to it. */
export function requestFor(object: KubeObject, oldObject?: KubeObject): AdmissionRequest {
  const { kind, metadata } = object;
  const review = admissionReview({
    kind: { group: 'spectrocloud.com', version: 'v1beta1', kind },
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    operation: oldObject === undefined ? 'CREATE' : 'UPDATE',
    object: plain(object),
    ...(oldObject === undefined ? {} : { oldObject: plain(oldObject) }),
  });
  return readReview(Buffer.from(JSON.stringify(review))).request;
}

function plain(object: KubeObject) {
  const value: unknown = JSON.parse(JSON.stringify(object));
  if (!isJsonObject(value)) throw new TypeError('an object is a JSON object');
  return value;
}

/** A definition store that counts reads of objects. */
export function countedDefinitions(definitions: DefinitionStore): {
  definitions: DefinitionStore;
  asked: () => number;
} {
  let asked = 0;
  return {
    asked: () => asked,
    definitions: {
      ...definitions,
      get: (kind, namespace, name) => {
        asked += 1;
        return definitions.get(kind, namespace, name);
      },
    },
  };
}

/** A hub that is no cluster of its own, unless the overrides say so. */
export function hubReader(overrides: Partial<HubReader> = {}): HubReader {
  return {
    localClusters: () => Promise.resolve({ clusters: [], clusterSets: new Map() }),
    namespaceUse: () => Promise.resolve(undefined),
    placement: () => Promise.resolve(undefined),
    ...overrides,
  };
}
