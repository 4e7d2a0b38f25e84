import type { Facts } from './facts.ts';
import type { History } from '../refs/resolution.ts';
import { parseRef } from '../refs/version-ref.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { pin } from '../refs/pinning.ts';
import { writtenRef } from '../refs/read-ref.ts';
import type { ReferenceField } from '../refs/reference-fields.ts';

/** What a ref of a deployment has to say, and what was asked for if that is something else. */
export interface PinnedRef {
  text: string;
  requested: string | undefined;
}

/** Decides about one ref of a deployment; `undefined` where it is not of the shape of a ref. */
export function pinnedRef({ field, stamp, requested, fact }: ReferenceField, facts: Facts): PinnedRef | undefined {
  const { object, oldObject } = facts.request;
  const now = writtenRef(object?.spec, field);
  if (now === undefined) return undefined;
  const before = writtenRef(oldObject?.spec, field);
  const asked = textIn(oldObject, requested);
  if (before !== undefined && before.namespace === now.namespace) {
    // The pin stays for who writes it back as it is, as well as for who asks for the same text again.
    const wasResolved = textIn(oldObject, stamp) !== undefined;
    if (now.text === before.text && wasResolved) return { text: now.text, requested: asked };
    if (facts.pinRefs === 'true' && asked === now.text) return { text: before.text, requested: asked };
  }
  const reference = facts[fact];
  if (facts.pinRefs !== 'true' || reference?.history === undefined) return { text: now.text, requested: undefined };
  // Asked again about what we pinned a moment ago, as when another webhook changed the object after us.
  const own = textIn(object, requested);
  if (own !== undefined && pinsTo(own, now.text, reference.history)) return { text: now.text, requested: own };
  const pinned = pin(reference.ref, reference.history);
  if (pinned.state !== 'fixed' || pinned.text === now.text) return { text: now.text, requested: undefined };
  return { text: pinned.text, requested: now.text };
}

/** The value of an annotation, if it is a string: the object is not validated yet. */
function textIn(object: UncheckedObject | undefined, annotation: string): string | undefined {
  const text: unknown = object?.metadata.annotations?.[annotation];
  return typeof text === 'string' ? text : undefined;
}

/** Whether a text asks for what a pin says. */
function pinsTo(asked: string, text: string, history: History): boolean {
  const parsed = parseRef(asked);
  if (!parsed.ok || asked === text) return false;
  const pinned = pin(parsed.ref, history);
  return pinned.state === 'fixed' && pinned.text === text;
}
