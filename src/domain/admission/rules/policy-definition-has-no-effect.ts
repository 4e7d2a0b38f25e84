import { sameJson } from '../../json/canonical-json.ts';
import type { Rule } from '../rule.ts';

/** A PolicyDefinition outside the system namespace: no Environment can use it, so its template is not evaluated either. */
export const policyDefinitionHasNoEffect: Rule = {
  code: 'PolicyDefinitionHasNoEffect',
  summary:
    'A PolicyDefinition outside the system namespace: no Environment can use it, and its template is not checked.',
  remedy: 'Create it in the system namespace.',
  kinds: ['PolicyDefinition'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request, systemNamespace }) {
    const { namespace, object, oldObject } = request;
    if (namespace === systemNamespace) return [];
    if (oldObject !== undefined && sameJson(object?.spec, oldObject.spec)) return [];
    const message = `a PolicyDefinition has an effect only in namespace ${systemNamespace}; create it there`;
    return [{ path: 'metadata.namespace', message }];
  },
};
