import { declaredLifecycle, lifecyclePath } from '../../spoke/declared-lifecycle.ts';
import type { Rule } from '../rule.ts';

/** `orphan` on a namespace that the Environment does not create: there is nothing for it to keep. */
export const orphanWithoutCreate: Rule = {
  code: 'OrphanWithoutCreate',
  summary:
    '`spokeNamespace.orphan: true` with `create: false`: a namespace that is not created is never deleted either.',
  remedy: 'Leave `orphan` out, or create the namespace.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: false,
  find({ request }) {
    const lifecycle = declaredLifecycle(request);
    if (lifecycle === undefined || lifecycle.create || !lifecycle.orphan) return [];
    // What kept the namespace up to now is left over from the safe way out of creating it.
    if (request.oldObject !== undefined && declaredLifecycle({ object: request.oldObject })?.orphan === true) return [];
    const message = 'orphan: true has no effect with create: false, which leaves the namespace alone; leave it out';
    return [{ path: `${lifecyclePath}.spokeNamespace.orphan`, message }];
  },
};
