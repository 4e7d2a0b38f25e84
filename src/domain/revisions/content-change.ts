import type { FieldPath } from '../../api/field-path.ts';
import { isJsonObject, type JsonValue } from '../../api/object.ts';
import { sameJson } from '../json/canonical-json.ts';
import type { Content } from './revision.ts';

/** A difference between two contents. `before` is absent if the field was added, `after` if it was removed. */
export interface ContentChange {
  path: FieldPath;
  before?: JsonValue;
  after?: JsonValue;
}

/**
 * The differences between two contents, sorted by path. A subtree that exists on one side only is one difference; lists
 * are compared by index.
 */
export function contentChanges(before: Content, after: Content): ContentChange[] {
  return changesAt([], comparable(before), comparable(after));
}

/** Content with both maps of metadata present, so that a first label is reported as that label and not as the whole map. */
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

/** Reads own properties only: a key may be called `constructor`. */
function own(object: Record<string, JsonValue>, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
