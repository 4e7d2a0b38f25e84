import type { Rule } from '../rule.ts';
import { pathOf, unrenderedTitle } from './lifecycle-unknown.ts';

/**
 * A topology cannot be rendered for a deployment. The controller cannot render it either, so nothing changes on the spokes. The
 * request is not denied: a deployment of another tenant must not block an edit of an Environment.
 */
export const renderFails: Rule = {
  code: 'RenderFails',
  summary: 'The topology cannot be rendered for a deployment, so what is applied for it stays unchanged.',
  remedy: 'Correct the topology or its properties. `mooring render` shows the problem.',
  kinds: ['Environment', 'WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find(facts) {
    const { request, unrendered = [] } = facts;
    const found = unrendered
      .filter(({ isStopped }) => !isStopped)
      .flatMap(({ environment: { namespace, name }, message }) => {
        const title = unrenderedTitle({ namespace, name }, facts);
        if (title === undefined) return [];
        // The problem may quote values, and only who edits the Environment is known to be allowed to read it.
        const isEdited = request.kind === 'Environment' && request.namespace === namespace && request.name === name;
        const cause = isEdited ? `: ${message}` : '';
        return `the topology of ${title} cannot be rendered for a deployment${cause}; what is applied for it stays unchanged`;
      });
    return [...new Set(found)].map((message) => ({ path: pathOf(request), message }));
  },
};
