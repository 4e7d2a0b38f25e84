import { changedReferences } from '../changed-references.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { Rule } from '../rule.ts';
import { joinNames } from '../wording.ts';

/** A ref names an object that is not there yet. */
export const referenceNotFound: Rule = {
  code: 'ReferenceNotFound',
  summary: 'A ref names an object that is not there; it is resolved as soon as it appears.',
  remedy: 'Nothing, if it is to come; else mend the name.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Invalid',
  needsLiveRead: true,
  find: (facts) =>
    changedReferences(facts).flatMap(({ path, kind, reference }) => {
      if (reference.history !== undefined) return [];
      const { namespace, ref, others } = reference;
      return [{ path, message: `there is no ${kind} ${namespace}/${ref.name} yet${instead(ref.name, others)}` }];
    }),
};

function instead(name: string, others: readonly string[] | undefined): string {
  if (others === undefined) return '';
  const near = didYouMean(name, others);
  return others.length === 0 ? '; there is none' : `; there is ${joinNames(others)}${near}`;
}
