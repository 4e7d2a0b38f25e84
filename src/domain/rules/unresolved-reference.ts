import type { Facts, ReferenceFacts } from '../facts.ts';
import { sameRef } from '../same-ref.ts';
import { resolve } from '../resolution.ts';
import type { Finding, Rule } from '../rule.ts';

const shared = {
  kinds: ['WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  reason: 'Invalid',
  restsOnOthers: true,
} as const;

/** A ref names an object that is not there yet. */
export const referenceNotFound: Rule = {
  ...shared,
  code: 'ReferenceNotFound',
  summary: 'A ref names an object that is not there; it is resolved as soon as it appears.',
  severity: 'warn',
  find: (facts) =>
    changedReferences(facts).flatMap(({ path, kind, reference }) => {
      if (reference.history !== undefined) return [];
      return [{ path, message: `there is no ${kind} ${reference.namespace}/${reference.ref.name} yet` }];
    }),
};

/** A ref names a revision that is not there: a warning where it may still appear, else a refusal. */
export const revisionNotFound: Rule = {
  ...shared,
  // In the first phase too, which reads live: a cache may be older than the mark of what is being pruned.
  phases: ['mutate', 'validate'],
  code: 'RevisionNotFound',
  summary: 'A ref names a revision or version that is not there: refused where it can never be, else a warning.',
  severity: 'deny',
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
      // What may still appear is said once.
      if (resolution.state === 'pending' && facts.request.phase === 'mutate') return [];
      const { problem, exists } = resolution;
      const message = `${kind} ${reference.namespace}/${reference.ref.name}: ${problem}; there is ${exists}`;
      return [{ path, message, severity: resolution.state === 'pending' ? 'warn' : 'deny' }];
    }),
};

interface ChangedReference {
  path: string;
  kind: string;
  reference: ReferenceFacts;
}

/** The refs of a deployment that the request makes or changes. */
function changedReferences({ request, environment, workloadProfile }: Facts): ChangedReference[] {
  const all = [
    { field: 'environmentRef', kind: 'Environment', reference: environment },
    { field: 'workloadProfileRef', kind: 'WorkloadProfile', reference: workloadProfile },
  ];
  return all.flatMap(({ field, kind, reference }) => {
    if (reference === undefined) return [];
    const { object, oldObject } = request;
    if (oldObject !== undefined && sameRef(object?.spec?.[field], oldObject.spec?.[field])) return [];
    return [{ path: `spec.${field}.name`, kind, reference }];
  });
}
