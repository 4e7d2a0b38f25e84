import { changedReferences } from '../changed-references.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { Rule } from '../rule.ts';
import { joinNames } from '../wording.ts';

/** A ref names an object that does not exist yet. */
export const referenceNotFound: Rule = {
  code: 'ReferenceNotFound',
  summary: 'A ref names an object that does not exist; the ref is resolved when the object is created.',
  remedy: 'None needed if the object will be created; otherwise correct the name.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Invalid',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find: (facts) =>
    changedReferences(facts).flatMap(({ path, kind, reference }) => {
      // That it is being deleted is the finding of another rule.
      if (reference.history !== undefined || reference.isTerminating === true) return [];
      const { namespace, ref, others } = reference;
      const title = `${kind} ${namespace}/${ref.name}`;
      return [
        { path, message: `there is no ${title} yet${alternatives({ kind, namespace, name: ref.name }, others)}` },
      ];
    }),
};

function alternatives(
  { kind, namespace, name }: { kind: string; namespace: string; name: string },
  others: readonly string[] | undefined,
): string {
  if (others === undefined) return '';
  const hint = didYouMean(name, others);
  return others.length === 0
    ? `, and no other ${kind} in namespace ${namespace}`
    : `; existing names: ${joinNames(others)}${hint}`;
}
