/** JSON values. This folder does not use code of mooring, because it tests mooring. */
export type Json = string | number | boolean | null | Json[] | JsonMap;
export interface JsonMap {
  [key: string]: Json;
}

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path. Undefined if it does not exist. */
export function at(value: Json | undefined, ...path: string[]): Json | undefined {
  let here = value;
  for (const key of path) here = isMap(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return here;
}

/** The map at a path. Empty if it does not exist. */
export function mapAt(value: Json | undefined, ...path: string[]): JsonMap {
  const found = at(value, ...path);
  return isMap(found) ? found : {};
}

/** The string at a path. Empty if it does not exist. */
export function stringAt(value: Json | undefined, ...path: string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The list of maps at a path. */
export function listAt(value: Json | undefined, ...path: string[]): JsonMap[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isMap) : [];
}

/** A copy with the value at a path. Missing maps are created. */
export function withValue(object: JsonMap, [key = '', ...rest]: readonly string[], value: Json): JsonMap {
  return { ...object, [key]: rest.length === 0 ? value : withValue(mapAt(object, key), rest, value) };
}

/** A string that is equal for equal values. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isMap(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}
