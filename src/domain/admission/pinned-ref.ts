import type { Facts } from './facts.ts';
import type { History } from '../refs/resolution.ts';
import { parseRef } from '../refs/version-ref.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { pin } from '../refs/pinning.ts';
import { writtenRef } from '../refs/read-ref.ts';
import type { ReferenceField } from '../refs/reference-fields.ts';

/** The text that a ref is stored with, and the text that the user requested if it differs. */
export interface PinnedRef {
  text: string;
  requested: string | undefined;
}

/** Pins one ref of a deployment if its namespace asks for that; `undefined` if the field does not have the shape of a ref. */
export function pinnedRef({ field, stamp, requested, fact }: ReferenceField, facts: Facts): PinnedRef | undefined {
  const { object, oldObject } = facts.request;
  const now = writtenRef(object?.spec, field);
  if (now === undefined) return undefined;
  const before = writtenRef(oldObject?.spec, field);
  const requestedBefore = annotationOf(oldObject, requested);
  if (before !== undefined && before.namespace === now.namespace) {
    // The ref stays pinned if a client sends the pinned text unchanged, and if it applies the requested text again.
    const wasResolved = annotationOf(oldObject, stamp) !== undefined;
    if (now.text === before.text && wasResolved) return { text: now.text, requested: requestedBefore };
    if (facts.pinRefs === 'true' && requestedBefore === now.text) {
      return { text: before.text, requested: requestedBefore };
    }
  }
  const reference = facts[fact];
  if (facts.pinRefs !== 'true' || reference?.history === undefined) return { text: now.text, requested: undefined };
  // The API server reinvokes the webhook, which has already pinned the ref, because another webhook changed the object.
  const requestedNow = annotationOf(object, requested);
  if (requestedNow !== undefined && pinsTo(requestedNow, now.text, reference.history)) {
    return { text: now.text, requested: requestedNow };
  }
  const pinned = pin(reference.ref, reference.history);
  if (pinned.state !== 'pinned' || pinned.text === now.text) return { text: now.text, requested: undefined };
  return { text: pinned.text, requested: now.text };
}

/** The value of an annotation; `undefined` unless it is a string, because the object is not validated yet. */
function annotationOf(object: UncheckedObject | undefined, annotation: string): string | undefined {
  const text: unknown = object?.metadata.annotations?.[annotation];
  return typeof text === 'string' ? text : undefined;
}

/** Whether pinning the requested text gives the pinned text. */
function pinsTo(requested: string, text: string, history: History): boolean {
  const parsed = parseRef(requested);
  if (!parsed.ok || requested === text) return false;
  const pinned = pin(parsed.ref, history);
  return pinned.state === 'pinned' && pinned.text === text;
}
