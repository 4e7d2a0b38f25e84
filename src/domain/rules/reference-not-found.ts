import { changedReferences } from '../changed-references.ts';
import type { Rule } from '../rule.ts';

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
  restsOnOthers: true,
  find: (facts) =>
    changedReferences(facts).flatMap(({ path, kind, reference }) => {
      if (reference.history !== undefined) return [];
      return [{ path, message: `there is no ${kind} ${reference.namespace}/${reference.ref.name} yet` }];
    }),
};
