import type { Facts } from './facts.ts';
import type { History } from '../refs/resolution.ts';
import { parseRef } from '../refs/version-ref.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { pin } from '../refs/pinning.ts';
import { readRef, writtenRef } from '../refs/read-ref.ts';
import { isStampOf, readReferenceStamp, type ReferenceStamp } from '../refs/reference-stamp.ts';
import type { ReferenceField } from '../refs/reference-fields.ts';

/** The text that a ref is stored with, and the text that the user requested if it differs. */
export interface PinnedRef {
  text: string;
  requested: string | undefined;
}

/** Pins one ref of a deployment if its namespace asks for that; `undefined` if the field does not have the shape of a ref. */
export function pinnedRef(reference: ReferenceField, facts: Facts): PinnedRef | undefined {
  const { field, stamp, requested, fact } = reference;
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
  // A restored deployment keeps the pin, and what it was made from.
  if (restoredStamp(reference, facts) !== undefined) {
    return { text: now.text, requested: annotationOf(object, requested) };
  }
  const found = facts[fact];
  if (facts.pinRefs !== 'true' || found?.history === undefined) return { text: now.text, requested: undefined };
  // The API server reinvokes the webhook, which has already pinned the ref, because another webhook changed the object.
  const requestedNow = annotationOf(object, requested);
  if (requestedNow !== undefined && pinsTo(requestedNow, now.text, found.history)) {
    return { text: now.text, requested: requestedNow };
  }
  const pinned = pin(found.ref, found.history);
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

/**
 * The stamp that a deployment is created with, as from a backup, if its ref is pinned and the stamp was made for this ref. The
 * stamp says which content the ref meant, so it must not be replaced by what the ref means now.
 */
export function restoredStamp(
  { field, stamp: annotation }: Pick<ReferenceField, 'field' | 'stamp'>,
  { request, systemNamespace }: Pick<Facts, 'request' | 'systemNamespace'>,
): ReferenceStamp | undefined {
  const { object, oldObject, namespace } = request;
  if (object === undefined || oldObject !== undefined) return undefined;
  const read = readRef({ spec: object.spec, metadata: { namespace } }, field, systemNamespace);
  const stamp = readReferenceStamp(object.metadata.annotations?.[annotation]);
  if (read === undefined || stamp?.name !== read.ref.name || !isStampOf(read.ref.selector, stamp)) return undefined;
  // A backup may be restored in another namespace.
  const [own = namespace] = read.namespaces;
  return read.namespaces.includes(stamp.namespace) ? stamp : { ...stamp, namespace: own };
}
