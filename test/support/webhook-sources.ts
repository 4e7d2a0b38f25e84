import { isJsonObject, type KubeObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import type { DefinitionStore } from '../../src/catalog/store.ts';
import type { TopologyResult } from '../../src/topology/topology-result.ts';
import type { GatherOptions, ObjectSource } from '../../src/webhook/gather/context.ts';
import { filesOf } from './catalog.ts';
import { readReview, type AdmissionRequest } from '../../src/webhook/review/review.ts';
import { admissionReview } from './admission-review.ts';

const fits: TopologyResult = { ok: true, objects: [] };

/** Sources with a topology engine that finds every topology in order, unless told what else to find. */
export function webhookSources(overrides: Partial<GatherOptions> = {}, checked: TopologyResult = fits): GatherOptions {
  return {
    topologies: { check: () => Promise.resolve(checked), render: () => Promise.resolve(checked) },
    hash: sha256,
    revisionWriters: [],
    sharedHubNamespaces: ['managed-cluster-set-global'],
    isAllowed: () => Promise.resolve(true),
    namespaceState: () => Promise.resolve({ labels: {}, terminating: false }),
    ...overrides,
  };
}

/** Looks up in objects as they would stand in files. */
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

/** The request of an API server to delete `oldObject`. */
export function deletionOf(oldObject: KubeObject): AdmissionRequest {
  const { kind, metadata } = oldObject;
  const review = admissionReview({
    kind: { group: 'spectrocloud.com', version: 'v1beta1', kind },
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    operation: 'DELETE',
    oldObject: plain(oldObject),
  });
  return readReview(Buffer.from(JSON.stringify(review))).request;
}

function plain(object: KubeObject) {
  const value: unknown = JSON.parse(JSON.stringify(object));
  if (!isJsonObject(value)) throw new TypeError('an object is a JSON object');
  return value;
}

/** Definitions that count how often an object was looked up. */
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
