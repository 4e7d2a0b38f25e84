/** JSON, and the little that is done to it here: this folder shares no code with what it examines. */
export type Json = string | number | boolean | null | Json[] | JsonMap;
export interface JsonMap {
  [key: string]: Json;
}

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path; `undefined` where there is none. */
export function at(value: Json | undefined, ...path: string[]): Json | undefined {
  let here = value;
  for (const key of path) here = isMap(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return here;
}

/** The map at a path, empty where there is none. */
export function mapAt(value: Json | undefined, ...path: string[]): JsonMap {
  const found = at(value, ...path);
  return isMap(found) ? found : {};
}

/** The text at a path, empty where there is none. */
export function stringAt(value: Json | undefined, ...path: string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The list of maps at a path. */
export function listAt(value: Json | undefined, ...path: string[]): JsonMap[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isMap) : [];
}

/** A copy with the value at a path set, maps made on the way. */
export function withValue(object: JsonMap, [key = '', ...rest]: readonly string[], value: Json): JsonMap {
  return { ...object, [key]: rest.length === 0 ? value : withValue(mapAt(object, key), rest, value) };
}

/** Equal values give equal texts. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isMap(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}
