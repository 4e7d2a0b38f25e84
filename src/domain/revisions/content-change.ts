import type { FieldPath } from '../../api/field-path.ts';
import { isJsonObject, type JsonValue } from '../../api/object.ts';
import { sameJson } from '../json/canonical-json.ts';
import type { Content } from './revision.ts';

/** One place at which two contents differ. `before` is absent where something was added, `after` where it was removed. */
export interface ContentChange {
  path: FieldPath;
  before?: JsonValue;
  after?: JsonValue;
}

/** The topmost places at which two contents differ, in the order of their paths; lists are compared by index. */
export function contentChanges(before: Content, after: Content): ContentChange[] {
  return changesAt([], comparable(before), comparable(after));
}

/** With the maps of metadata in place, so that the first label shows as that label and not as all of them. */
function comparable({ metadata: { annotations = {}, labels = {} }, spec }: Content): JsonValue {
  return { metadata: { annotations, labels }, spec };
}

function changesAt(path: FieldPath, before: JsonValue | undefined, after: JsonValue | undefined): ContentChange[] {
  if (sameJson(before, after) && (before === undefined) === (after === undefined)) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
    return keys.flatMap((key) => changesAt([...path, key], own(before, key), own(after, key)));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => changesAt([...path, index], before[index], after[index])).flat();
  }
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

/** Keys are data: `constructor` is there only where it was written. */
function own(object: Record<string, JsonValue>, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
