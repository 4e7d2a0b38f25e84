import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';

/** The keys of a JSON Pointer (RFC 6901), or undefined for what is none. The empty one, for the whole, counts as none here. */
export function parsePointer(pointer: string): string[] | undefined {
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * `object` without what the pointers point at, and the indexes of those that point at nothing.
 * All of them mean the object as it was given, so that removing items 0 and 1 of a list removes its first two.
 */
export function removePointers(
  object: JsonObject,
  pointers: readonly string[],
): { object: JsonObject; missing: Set<number> } {
  const missing = new Set<number>();
  const targets = pointers.flatMap((pointer, index) => {
    const keys = parsePointer(pointer);
    if (keys === undefined) missing.add(index);
    return keys === undefined ? [] : [{ index, keys }];
  });
  return { object: targets.length === 0 ? object : removeKeys(object, targets, missing), missing };
}

/** What is still to be removed below a value; `index` says for which pointer. */
interface Target {
  index: number;
  keys: string[];
}

function removeKeys(object: JsonObject, targets: Target[], missing: Set<number>): JsonObject {
  const byKey = Map.groupBy(targets, ({ keys }) => keys[0] ?? '');
  const entries = Object.entries(object).flatMap(([key, value]): [string, JsonValue][] => {
    const here = take(byKey, key);
    return gone(here) ? [] : [[key, removeBelow(value, here, missing)]];
  });
  report(byKey, missing);
  return Object.fromEntries(entries);
}

function removeItems(list: JsonValue[], targets: Target[], missing: Set<number>): JsonValue[] {
  const byKey = Map.groupBy(targets, ({ keys }) => keys[0] ?? '');
  const items = list.flatMap((item, index) => {
    const here = take(byKey, String(index));
    return gone(here) ? [] : [removeBelow(item, here, missing)];
  });
  report(byKey, missing);
  return items;
}

function removeBelow(value: JsonValue, here: Target[], missing: Set<number>): JsonValue {
  if (here.length === 0) return value;
  const below = here.map(({ index, keys }) => ({ index, keys: keys.slice(1) }));
  if (Array.isArray(value)) return removeItems(value, below, missing);
  if (isJsonObject(value)) return removeKeys(value, below, missing);
  for (const { index } of below) missing.add(index);
  return value;
}

function take(byKey: Map<string, Target[]>, key: string): Target[] {
  const found = byKey.get(key) ?? [];
  byKey.delete(key);
  return found;
}

function gone(here: Target[]): boolean {
  return here.some(({ keys }) => keys.length === 1);
}

/** Whatever no key has taken points at nothing. */
function report(left: Map<string, Target[]>, missing: Set<number>): void {
  for (const targets of left.values()) for (const { index } of targets) missing.add(index);
}
