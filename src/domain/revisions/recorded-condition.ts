import { isJsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** The type of the condition that reports whether the content of a definition is recorded as a revision. */
export const recordedType = 'Recorded';

/** Why the content of an object is not recorded, as the controller reports it; `undefined` if it reports no failure. */
export function recordingFailure(object: UncheckedObject): string | undefined {
  const conditions: unknown = object.status?.['conditions'];
  const found = Array.isArray(conditions)
    ? conditions.filter(isJsonObject).find(({ type, status }) => type === recordedType && status === 'False')
    : undefined;
  return typeof found?.['message'] === 'string' ? found['message'] : undefined;
}
