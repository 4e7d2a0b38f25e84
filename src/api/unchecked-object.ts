import type { KubeObject, JsonObject } from './object.ts';

export interface JsonObjectFields {
  spec?: JsonObject;
  status?: JsonObject;
}

/** An object as a request carries it: only what the API server guarantees of any object is known of it. */
export type UncheckedObject = KubeObject & JsonObjectFields;

/** What a request does to an object: `object` is absent on DELETE, `oldObject` on CREATE. */
export interface ObjectChange {
  object?: UncheckedObject;
  oldObject?: UncheckedObject;
}
