import { changedReferences } from '../changed-references.ts';
import { resolve } from '../../refs/resolution.ts';
import type { Finding, Rule } from '../rule.ts';

/** A ref names a revision that does not exist: a warning if it may still be created, else a denial. */
export const revisionNotFound: Rule = {
  code: 'RevisionNotFound',
  summary: 'A ref names a revision or version that does not exist: denied if it can never exist, else a warning.',
  remedy: 'Use a revision or version that the message lists.',
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  // In the mutate phase too, which reads live: a cache may not know yet that a revision is being pruned.
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find: (facts) =>
    changedReferences(facts).flatMap(({ path, kind, reference }): Finding[] => {
      if (reference.history === undefined) return [];
      const resolution = resolve(reference.ref.selector, reference.history);
      if (resolution.state === 'resolved') {
        const { revision } = resolution;
        const retiring = reference.history.recorded.some(
          (known) => known.revision === revision && known.retiring === true,
        );
        const message = `${kind} ${reference.namespace}/${reference.ref.name}: revision ${revision} is being pruned; use a newer one`;
        return retiring ? [{ path, message }] : [];
      }
      // The warning is given once, in the validate phase.
      if (resolution.state === 'pending' && facts.request.phase === 'mutate') return [];
      const { problem, exists } = resolution;
      const message = `${kind} ${reference.namespace}/${reference.ref.name}: ${problem}; existing revisions: ${exists}`;
      return [{ path, message, severity: resolution.state === 'pending' ? 'warn' : 'deny' }];
    }),
};
