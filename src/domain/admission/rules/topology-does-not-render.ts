import { limitFindings, type Finding, type Rule } from '../rule.ts';
import { namedOrCounted } from '../wording.ts';

const path = 'spec.schematic.cue.template';

/**
 * A PolicyDefinition compiles, but what it renders cannot be applied. Who may edit topologies may acknowledge that for all hub
 * namespaces, because what is applied there stays.
 */
export const topologyDoesNotRender: Rule = {
  code: 'TopologyDoesNotRender',
  summary: 'An edit of a PolicyDefinition compiles, but an Environment that uses it could no longer be rendered.',
  remedy:
    'Correct the template; `mooring render` shows what it renders. If the Environments have to be edited, publish a version first, let them pin it (`type: NAME@v1`), and edit them one by one. Only the first Environments are evaluated if many with different properties use the topology: `mooring check --state` evaluates all of them.',
  kinds: ['PolicyDefinition'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find({ topologyRenders, unevaluatedDeployments = 0 }) {
    const notChecked = unevaluatedDeployments === 0 ? [] : [deploymentsNotChecked(unevaluatedDeployments)];
    if (topologyRenders === undefined) return notChecked;
    const { broken, unevaluated, defaults } = topologyRenders;
    const unusable = broken.map(({ environments, message }) => {
      // The message may quote properties.
      const cause = environments.some(({ visible }) => visible) ? message : 'cannot be rendered with their properties';
      return { path, message: `${namedOrCounted('Environment', environments)}: ${cause}` };
    });
    const byDefault = defaults === undefined ? [] : [withoutProperties(defaults)];
    const rest = `${unevaluated === 1 ? '1 Environment that uses' : `${unevaluated} Environments that use`} it ${unevaluated === 1 ? 'was' : 'were'} not evaluated in time; \`mooring check --state\` evaluates all of them, and what is applied stays if one cannot be rendered`;
    const notEvaluated = unevaluated === 0 ? [] : [{ path, message: rest, severity: 'warn' as const }];
    return [...limitFindings(unusable), ...byDefault, ...notEvaluated, ...notChecked];
  },
};

/** The controller checks each deployment before it writes. */
function deploymentsNotChecked(count: number): Finding {
  const message = `what it changes on clusters was not checked for ${count === 1 ? '1 deployment' : `${count} deployments`}; the controller checks each of them, and keeps what is applied if a rule is violated`;
  return { path, message, severity: 'warn' };
}

/** Only a warning, because no Environment uses the topology, and the properties of one may avoid the problem. */
function withoutProperties(problem: string): Finding {
  const message = `cannot be rendered unless properties avoid this: ${problem}`;
  return { path, message, severity: 'warn' };
}
