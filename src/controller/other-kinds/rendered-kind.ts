import type { KubeObject, Resource } from '../../api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../api/ocm.ts';
import type { AllowedKind } from '../../domain/render/hub-objects.ts';
import { nameOfKind } from '../../domain/render/topology-kind.ts';
import type { Informer } from '../../kube/cache/informer.ts';
import type { OtherKindCache } from './other-kind-cache.ts';

/** The caches of the kinds that topologies render. They know whether a kind is not served. */
export interface RenderedCaches {
  placements: Pick<Informer<KubeObject>, 'isNotServed'>;
  replicaSets: Pick<Informer<KubeObject>, 'isNotServed'>;
  otherKinds: readonly Pick<OtherKindCache, 'name' | 'resource' | 'isNotServed'>[];
}

/** A kind that topologies render: its resource, and its cache. */
export interface RenderedKind {
  /** `undefined` as long as the API server does not serve the kind. */
  resource: Resource | undefined;
  cache: Pick<Informer<KubeObject>, 'isNotServed'>;
  isOfOcm: boolean;
}

/** The kind of an object; `undefined` if no topology may render it. */
export function renderedKindOf(object: AllowedKind, caches: RenderedCaches): RenderedKind | undefined {
  if (object.kind === placements.kind) return { resource: placements, cache: caches.placements, isOfOcm: true };
  if (object.kind === manifestWorkReplicaSets.kind)
    return { resource: manifestWorkReplicaSets, cache: caches.replicaSets, isOfOcm: true };
  const cache = otherKindOf(object, caches);
  return cache === undefined ? undefined : { resource: cache.resource, cache, isOfOcm: false };
}

/** The cache of an object of another kind than those of OCM. */
export function otherKindOf<T extends Pick<OtherKindCache, 'name'>>(
  object: AllowedKind,
  { otherKinds }: { otherKinds: readonly T[] },
): T | undefined {
  const name = nameOfKind(object);
  return otherKinds.find((cache) => cache.name === name);
}

/** Objects by their resource, in the order of the first of each. */
export function byResource(
  objects: readonly KubeObject[],
  caches: RenderedCaches,
): { resource: Resource; objects: KubeObject[] }[] {
  const groups = Map.groupBy(objects, (object) => renderedKindOf(object, caches)?.resource);
  return [...groups].flatMap(([resource, own]) => (resource === undefined ? [] : [{ resource, objects: own }]));
}
