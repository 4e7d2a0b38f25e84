import { apiVersionOf, isJsonObject, type Resource } from '../../api/object.ts';
import { UnreadableAnswer } from './errors.ts';
import { nameIn } from './resource-path.ts';

/** The `Accept` header. Where the server cannot reduce objects to their metadata, it may send them whole. */
export function asAccepted(
  metadataOnly: boolean | undefined,
  as: 'PartialObjectMetadata' | 'PartialObjectMetadataList',
): string {
  return metadataOnly === true ? `application/json;as=${as};v=v1;g=meta.k8s.io,application/json` : 'application/json';
}

/**
 * An object as callers expect it: items of lists get their `apiVersion` and `kind`, and so do objects that came as
 * PartialObjectMetadata (a name that says nothing to a reader). Changes what it is given, which nobody else holds.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the type of what it asks for
export function complete<T>(resource: Resource, received: unknown, metadataOnly?: boolean): T {
  const identity = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  if (!isJsonObject(received)) throw new UnreadableAnswer(`${nameIn(resource, {})}: the response is not an object`);
  const object = received;
  const whole =
    metadataOnly === true
      ? { ...identity, metadata: object['metadata'] }
      : Object.hasOwn(object, 'kind') && Object.hasOwn(object, 'apiVersion')
        ? object
        : { ...identity, ...object };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the API server holds its objects to the schema
  return whole as T;
}
