import { apiVersionOf, isJsonObject, type Resource } from '../../api/object.ts';
import { UnreadableResponse } from './errors.ts';
import { nameIn } from './resource-path.ts';

/** The `Accept` header. A server that cannot reduce objects to their metadata may send complete objects. */
export function asAccepted(
  metadataOnly: boolean | undefined,
  as: 'PartialObjectMetadata' | 'PartialObjectMetadataList',
): string {
  return metadataOnly === true ? `application/json;as=${as};v=v1;g=meta.k8s.io,application/json` : 'application/json';
}

/**
 * An object as callers expect it: items of lists have no `apiVersion` and `kind`, and objects that are reduced to their metadata
 * have the kind PartialObjectMetadata. They get those of the resource.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the type of the object
export function complete<T>(resource: Resource, received: unknown, metadataOnly?: boolean): T {
  const identity = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  if (!isJsonObject(received)) throw new UnreadableResponse(`${nameIn(resource, {})}: the response is not an object`);
  const object = received;
  const completed =
    metadataOnly === true
      ? { ...identity, metadata: object['metadata'] }
      : Object.hasOwn(object, 'kind') && Object.hasOwn(object, 'apiVersion')
        ? object
        : { ...identity, ...object };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the API server validates its objects against the schema
  return completed as T;
}
