import { changedReferences } from '../changed-references.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { Rule } from '../rule.ts';
import { joinNames } from '../wording.ts';

/** A ref names an object that does not exist yet. */
export const referenceNotFound: Rule = {
  code: 'ReferenceNotFound',
  summary:
    'A ref names an object that does not exist or is being deleted; the ref is resolved when the object is created.',
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
      if (reference.history !== undefined) return [];
      const { namespace, ref, others, isTerminating } = reference;
      const title = `${kind} ${namespace}/${ref.name}`;
      if (isTerminating === true) {
        return [
          { path, message: `${title} is being deleted; the ref is resolved when a new one of this name is created` },
        ];
      }
      return [{ path, message: `there is no ${title} yet${alternatives(ref.name, others)}` }];
    }),
};

function alternatives(name: string, others: readonly string[] | undefined): string {
  if (others === undefined) return '';
  const hint = didYouMean(name, others);
  return others.length === 0 ? '; none exists' : `; existing names: ${joinNames(others)}${hint}`;
}
