import { isJsonObject, type JsonObject } from '../../api/object.ts';

/** The field `name` of a value of any type. It is an empty object unless the value and the field are objects. */
export function child(value: unknown, name: string): JsonObject {
  const field: unknown = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return isJsonObject(field) ? field : {};
}

/** `spec.topology` of an Environment of any shape. */
export function topologyOf(environment: { spec?: JsonObject | undefined } | undefined): JsonObject {
  return child(environment?.spec, 'topology');
}
