import type { Rule } from '../rule.ts';
import { pathOf } from './lifecycle-unknown.ts';

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
  find({ request, unrendered = [] }) {
    return unrendered
      .filter(({ isStopped }) => !isStopped)
      .map(({ environment, message }) => {
        // Who edits a deployment may not be allowed to read the Environment, and the problem may quote its values.
        const cause = request.kind === 'Environment' ? `: ${message}` : '';
        const problem = `the topology of Environment ${environment} cannot be rendered for a deployment${cause}`;
        return { path: pathOf(request), message: `${problem}; what is applied for it stays unchanged` };
      });
  },
};
