import type { KubeObject, JsonObject } from './object.ts';

/** The fields of an object whose content is not checked. */
export interface JsonObjectFields {
  spec?: JsonObject;
  status?: JsonObject;
}

/** An object in a request. Its metadata has the form that the API server guarantees; spec and status may have any content. */
export type UncheckedObject = KubeObject & JsonObjectFields;

/** An object after and before a request: `object` is absent on DELETE, `oldObject` on CREATE. */
export interface ObjectChange {
  object?: UncheckedObject;
  oldObject?: UncheckedObject;
}
