import type { Facts, Pairing, RenderProblem } from '../facts.ts';
import { limitFindings, type Finding, type Rule } from '../rule.ts';
import { otherObject } from '../wording.ts';
import { pathOf, unrenderedTitle } from './lifecycle-unknown.ts';

/**
 * A deployment cannot be rendered. The controller cannot render it either, so nothing changes on the spokes. The request is not
 * denied: a deployment of another tenant must not block an edit of an Environment.
 */
export const renderFails: Rule = {
  code: 'RenderFails',
  summary:
    'A deployment cannot be rendered, so what is applied for it stays unchanged: its topology fails, or renders what cannot be applied.',
  remedy: 'Correct the topology, its properties or the profile. `mooring render` shows the problem.',
  kinds: ['Environment', 'WorkloadProfile', 'WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find(facts) {
    return limitFindings([...sampleFindings(facts), ...pairFindings(facts), ...lifecycleFindings(facts)]);
  },
};

const staysUnchanged = 'what is applied for it stays unchanged';

/** A new topology of an Environment that no deployment uses. */
function sampleFindings({ request, sampleRender }: Facts): Finding[] {
  if (sampleRender === undefined) return [];
  const message =
    sampleRender.state === 'unknown'
      ? notEvaluated(`the topology of Environment ${request.name}`)
      : `the topology of Environment ${request.name} cannot be rendered for a deployment: ${sampleRender.message}`;
  return [{ path: pathOf(request), message }];
}

/** Deployments that combine an Environment and a profile anew. */
function pairFindings({ request, pairings = [] }: Facts): Finding[] {
  return pairings.flatMap((pairing): Finding[] => {
    const { render } = pairing;
    if (render === undefined) return [];
    const title = titleOf(request, pairing);
    const message =
      render.state === 'unknown'
        ? notEvaluated(title)
        : `${title} cannot be rendered${causeOf(pairing, render)}; ${staysUnchanged}`;
    return [{ path: request.kind === 'WorkloadProfile' ? 'spec.workload.components' : pathOf(request), message }];
  });
}

function notEvaluated(title: string): string {
  return `${title} was not rendered, because it takes too long or the engine is busy; what is applied stays unchanged if it cannot be rendered`;
}

function titleOf({ kind }: Facts['request'], { environment, profile }: Pairing): string {
  const [inEnvironment, ofProfile] = [otherObject('Environment', environment), otherObject('WorkloadProfile', profile)];
  if (kind === 'Environment') return `a deployment of ${ofProfile}`;
  return kind === 'WorkloadProfile' ? `a deployment in ${inEnvironment}` : `${ofProfile} in ${inEnvironment}`;
}

/** The message of a render may quote both objects. */
function causeOf({ environment, profile }: Pairing, { message }: Extract<RenderProblem, { state: 'failed' }>): string {
  return environment.visible && profile.visible ? `: ${message}` : '';
}

/** Renders that the lifecycle rules lack. */
function lifecycleFindings(facts: Facts): Finding[] {
  const { request, unrendered = [], pairings = [] } = facts;
  const reported = new Set(
    pairings.filter(({ render }) => render?.state === 'failed').map(({ environment }) => keyOf(environment)),
  );
  const found = unrendered
    .filter(({ isStopped, environment }) => !isStopped && !reported.has(keyOf(environment)))
    .flatMap(({ environment: { namespace, name }, message }) => {
      const title = unrenderedTitle({ namespace, name }, facts);
      if (title === undefined) return [];
      // The problem may quote values, and only who edits the Environment is known to be allowed to read it.
      const isEdited = request.kind === 'Environment' && request.namespace === namespace && request.name === name;
      const cause = isEdited ? `: ${message}` : '';
      return `the topology of ${title} cannot be rendered for a deployment${cause}; ${staysUnchanged}`;
    });
  return [...new Set(found)].map((message) => ({ path: pathOf(request), message }));
}

function keyOf({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}
