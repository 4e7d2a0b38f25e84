import { isPinned, pin } from '../../refs/pinning.ts';
import { changedReferences, type ChangedReference } from '../changed-references.ts';
import type { Facts } from '../facts.ts';
import type { Finding, Rule } from '../rule.ts';

/** A floating ref in a namespace that admits only pinned refs, or one that cannot be pinned there. */
export const unpinnedRef: Rule = {
  code: 'UnpinnedRef',
  summary: 'A ref is floating, in a namespace whose label spectrocloud.com/pin-refs requires pinned refs.',
  remedy: 'Use a pinned ref, such as `primary@v3` or `primary@v1.3.6`.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find: (facts) => changedReferences(facts).flatMap((changed) => findingsOf(changed, facts)),
};

function findingsOf({ field, requested, path, reference }: ChangedReference, facts: Facts): Finding[] {
  const { object, oldObject } = facts.request;
  const { ref, history } = reference;
  if (facts.pinRefs === undefined) return [];
  if (facts.pinRefs === 'required') {
    if (isPinned(ref, history)) return [];
    const pinned = history === undefined ? undefined : pin(ref, history);
    const hint = pinned?.state === 'pinned' ? pinned.text : `${ref.name}@v3 or ${ref.name}@v1.3.6`;
    return [{ path, message: `is a floating ref, and this namespace admits only pinned refs: use ${hint}` }];
  }
  // Requesting the same text again keeps the pin.
  if (history === undefined || oldObject?.metadata.annotations?.[requested] === nameIn(object?.spec?.[field]))
    return [];
  const pinned = pin(ref, history);
  if (pinned.state !== 'ambiguous') return [];
  const message = `cannot be pinned: ${pinned.text} would be read as the highest version ${pinned.text.split('@v')[1] ?? ''}.x.y; publish a version of ${ref.name} (spec.version) and try again`;
  return [{ path, message }];
}

function nameIn(ref: unknown): unknown {
  return typeof ref === 'object' && ref !== null && 'name' in ref ? ref.name : undefined;
}
