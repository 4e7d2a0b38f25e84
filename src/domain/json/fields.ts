import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';

/** The topology of an Environment, whatever it looks like. */
export function topologyOf(object: { spec?: JsonObject | undefined } | undefined): JsonObject {
  return child(object?.spec, 'topology');
}

/** A field that is an object; an empty one where it is not. */
export function child(object: JsonObject | undefined, field: string): JsonObject {
  const value: JsonValue | undefined = object?.[field];
  return isJsonObject(value) ? value : {};
}
