import { parseJson } from '../../api/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';

const managedFields = '"managedFields":[';
/** The end of the list and the key that follows it, because the API server sorts the keys of `metadata`. */
const endOfList = '],"name":';
const objectFields = [',"object":{', ',"oldObject":{'];

/** What the lists of managed fields are replaced by. */
const skipped = 'skipped';

/**
 * Parses the text of a review; throws SyntaxError. It skips `metadata.managedFields` of both objects where the text has the form that an
 * API server writes: no decision reads them, and they are more than half of the values.
 */
export function parseReviewText(text: string): JsonValue {
  const { short, count } = withoutManagedFields(text);
  if (count === 0) return parseJson(text);
  try {
    const review: JsonValue = parseJson(short);
    if (removeMarks(review) === count) return review;
  } catch {
    // What was cut out was not the whole list, so that the brackets do not match.
  }
  return parseJson(text);
}

/**
 * The text without the first list of managed fields in each object, and how many there were. The first `]` ends the list: no string ends
 * before `name`, and if another list begins in between, the rest of the text has one `]` too many and is not JSON.
 */
function withoutManagedFields(text: string): { short: string; count: number } {
  let short = '';
  let copied = 0;
  let count = 0;
  for (const field of objectFields) {
    const object = text.indexOf(field, copied);
    const start = object < 0 ? -1 : text.indexOf(managedFields, object);
    const end = start < 0 ? -1 : text.indexOf(']', start);
    if (end < 0 || !text.startsWith(endOfList, end)) continue;
    short += `${text.slice(copied, start + managedFields.length - 1)}"${skipped}"`;
    copied = end + 1;
    count += 1;
  }
  return { short: short + text.slice(copied), count };
}

/** Removes the marks from the metadata of both objects, and returns how many there were. Any other place is not one of managed fields. */
function removeMarks(review: JsonValue): number {
  const request = isJsonObject(review) ? review['request'] : undefined;
  if (!isJsonObject(request)) return 0;
  return removeMark(request['object']) + removeMark(request['oldObject']);
}

function removeMark(object: JsonValue | undefined): number {
  const metadata = isJsonObject(object) ? object['metadata'] : undefined;
  if (!isJsonObject(object) || !isJsonObject(metadata) || metadata['managedFields'] !== skipped) return 0;
  const { managedFields: _, ...others }: JsonObject = metadata;
  object['metadata'] = others;
  return 1;
}
