import { isJsonObject, type JsonObject } from '../../src/api/object.ts';
import { parsePointer } from '../../src/domain/json/json-pointer.ts';
import type { PatchOperation } from '../../src/domain/json/json-patch.ts';

/** `object` with a JSON Patch applied, strictly as RFC 6902 has it for objects. */
export function applyPatch<T extends JsonObject>(object: T, patch: readonly PatchOperation[]): T {
  const result = structuredClone(object);
  for (const { op, path, value } of patch) {
    const keys = parsePointer(path) ?? [];
    const last = keys.pop();
    if (last === undefined) throw new Error(`${path} points at nothing`);
    let parent: JsonObject = result;
    for (const key of keys) {
      const next = Object.hasOwn(parent, key) ? parent[key] : undefined;
      if (!isJsonObject(next)) throw new Error(`${path}: there is no ${key}`);
      parent = next;
    }
    if (op !== 'add' && !Object.hasOwn(parent, last)) throw new Error(`${op} ${path}: there is no ${last}`);
    if (op === 'remove') delete parent[last];
    else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  }
  return result;
}
