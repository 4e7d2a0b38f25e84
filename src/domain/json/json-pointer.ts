import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';

/**
 * The keys of a JSON Pointer (RFC 6901); `undefined` if it is malformed, or empty, which would refer to the whole
 * object.
 */
export function parsePointer(pointer: string): string[] | undefined {
  if (!isPointer(pointer)) return undefined;
  const keys = pointer.slice(1).split('/');
  return pointer.includes('~') ? keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')) : keys;
}

/** Whether a text is a JSON Pointer to a value in an object. */
export function isPointer(text: string): boolean {
  return text.startsWith('/') && !/~(?![01])/.test(text);
}

/** A key as a part of a JSON Pointer. */
export function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The keys of pointer number `index`, and the level of the current value: `keys[level]` is a key in it. */
interface Target {
  index: number;
  keys: readonly string[];
}

/**
 * Removes the values that the pointers refer to from `object`, and returns the indexes of the pointers that refer to nothing, sorted.
 * All pointers refer to the original object, so that `/list/0` and `/list/1` remove its first two items.
 */
export function removePointers(object: JsonObject, pointers: readonly string[]): number[] {
  const missing = new Set<number>();
  const targets = pointers.flatMap((pointer, index): Target[] => {
    const keys = parsePointer(pointer);
    if (keys === undefined) missing.add(index);
    return keys === undefined ? [] : [{ index, keys }];
  });
  removeBelow(object, targets, { level: 0, missing });
  return [...missing].toSorted((left, right) => left - right);
}

interface Position {
  level: number;
  missing: Set<number>;
}

function removeBelow(value: JsonValue, targets: readonly Target[], { level, missing }: Position): void {
  const removedItems: number[] = [];
  for (const [key, here] of Map.groupBy(targets, ({ keys }) => keys[level] ?? '')) {
    const child = childAt(value, key);
    if (child === undefined) for (const { index } of here) missing.add(index);
    else if (!here.some(({ keys }) => keys.length === level + 1))
      removeBelow(child, here, { level: level + 1, missing });
    else if (Array.isArray(value)) removedItems.push(Number(key));
    else if (isJsonObject(value)) delete value[key];
  }
  if (Array.isArray(value)) removeItems(value, removedItems);
}

function childAt(value: JsonValue, key: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^(0|[1-9][0-9]*)$/.test(key) ? value[Number(key)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** `splice` moves the rest of a list much faster than a loop does, but it moves it once for each item. */
const maxSplices = 64;

function removeItems(list: JsonValue[], indexes: readonly number[]): void {
  if (indexes.length <= maxSplices) {
    for (const index of indexes.toSorted((left, right) => right - left)) list.splice(index, 1);
    return;
  }
  const removed = new Set(indexes);
  const left = list.filter((_, index) => !removed.has(index));
  list.length = 0;
  for (const item of left) list.push(item);
}
