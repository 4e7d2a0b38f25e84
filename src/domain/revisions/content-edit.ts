import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Hash } from '../json/canonical-json.ts';
import { withDefaults } from '../spoke/admission-defaults.ts';
import { contentHash, readStamp } from './revision.ts';

/** A request that stores `object` in place of `oldObject`. */
export interface ContentEdit {
  kind: string;
  object?: UncheckedObject;
  oldObject?: UncheckedObject;
}

/**
 * The hash of the content that a request would store; `undefined` if it stores no object, or leaves the content as it is. An object
 * that was written while the webhook was down lacks the defaults; the empty patch that stamps it adds them, which is no edit.
 */
export function editedHash({ object, oldObject, kind }: ContentEdit, hash: Hash): string | undefined {
  if (object === undefined) return undefined;
  const after = contentHash(object, hash);
  if (oldObject === undefined) return after;
  const before = contentHash(oldObject, hash);
  const isStamped = readStamp(oldObject.metadata)?.hash === before;
  const afterStamping = isStamped ? before : contentHash(withDefaults(kind, oldObject), hash);
  return after === before || after === afterStamping ? undefined : after;
}
