import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';

/**
 * The keys of a JSON Pointer (RFC 6901); `undefined` if it is malformed, or empty, which would refer to the whole
 * object.
 */
export function parsePointer(pointer: string): string[] | undefined {
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * Returns `object` without the values that the pointers refer to, and the indexes of the pointers that refer to nothing.
 * All pointers refer to the original object, so that `/list/0` and `/list/1` remove its first two items.
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

/** The keys of pointer number `index`, relative to the current value. */
interface Target {
  index: number;
  keys: string[];
}

function removeKeys(object: JsonObject, targets: Target[], missing: Set<number>): JsonObject {
  const byKey = Map.groupBy(targets, ({ keys }) => keys[0] ?? '');
  const entries = Object.entries(object).flatMap(([key, value]): [string, JsonValue][] => {
    const here = takeTargets(byKey, key);
    return isRemoved(here) ? [] : [[key, removeBelow(value, here, missing)]];
  });
  reportMissing(byKey, missing);
  return Object.fromEntries(entries);
}

function removeItems(list: JsonValue[], targets: Target[], missing: Set<number>): JsonValue[] {
  const byKey = Map.groupBy(targets, ({ keys }) => keys[0] ?? '');
  const items = list.flatMap((item, index) => {
    const here = takeTargets(byKey, String(index));
    return isRemoved(here) ? [] : [removeBelow(item, here, missing)];
  });
  reportMissing(byKey, missing);
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

function takeTargets(byKey: Map<string, Target[]>, key: string): Target[] {
  const found = byKey.get(key) ?? [];
  byKey.delete(key);
  return found;
}

function isRemoved(here: Target[]): boolean {
  return here.some(({ keys }) => keys.length === 1);
}

/** Targets that no key has taken refer to nothing. */
function reportMissing(left: Map<string, Target[]>, missing: Set<number>): void {
  for (const targets of left.values()) for (const { index } of targets) missing.add(index);
}
