import { declaredLifecycle, lifecyclePath } from '../../spoke/declared-lifecycle.ts';
import type { Rule } from '../rule.ts';

/** `orphan` on a namespace that the Environment does not create: it has no effect. */
export const orphanWithoutCreate: Rule = {
  code: 'OrphanWithoutCreate',
  summary:
    '`spokeNamespace.orphan: true` with `create: false`: a namespace that is not created is never deleted either.',
  remedy: 'Remove `orphan`, or set `create: true`.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request }) {
    const lifecycle = declaredLifecycle(request);
    if (lifecycle === undefined || lifecycle.create || !lifecycle.orphan) return [];
    // The safe way to stop creating a namespace sets `orphan: true` first, which then remains in the spec.
    if (request.oldObject !== undefined && declaredLifecycle({ object: request.oldObject })?.orphan === true) return [];
    const message = 'orphan: true has no effect with create: false, which never deletes the namespace; remove it';
    return [{ path: `${lifecyclePath}.spokeNamespace.orphan`, message }];
  },
};
