import { isJsonObject, type JsonObject } from '../../src/api/object.ts';
import { parsePointer } from '../../src/domain/json/json-pointer.ts';
import type { PatchOperation } from '../../src/domain/json/json-patch.ts';

/** Applies a JSON Patch to an object, strictly like RFC 6902. It does not support arrays. */
export function applyPatch<T extends JsonObject>(object: T, patch: readonly PatchOperation[]): T {
  const result = structuredClone(object);
  for (const { op, path, value } of patch) {
    const keys = parsePointer(path) ?? [];
    const last = keys.pop();
    if (last === undefined) throw new Error(`${path} does not contain a key`);
    let parent: JsonObject = result;
    for (const key of keys) {
      const next = Object.hasOwn(parent, key) ? parent[key] : undefined;
      if (!isJsonObject(next)) throw new Error(`${path}: ${key} does not exist`);
      parent = next;
    }
    if (op !== 'add' && !Object.hasOwn(parent, last)) throw new Error(`${op} ${path}: ${last} does not exist`);
    if (op === 'remove') delete parent[last];
    else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  }
  return result;
}
