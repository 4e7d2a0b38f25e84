import type { RequestFacts } from '../facts.ts';
import {
  isPresent,
  mayMeet,
  meetingPlaces,
  namespaceLoss,
  neighboursOf,
  owns,
  unheard,
  type Footprint,
  type Loss,
  type Neighbour,
  type Transition,
} from '../footprint.ts';
import { lifecyclePlace } from '../lifecycle-place.ts';
import { firstFew, isGraver, type Finding, type Rule } from '../rule.ts';
import { howToKeep, listed, onClusters, otherObject, saidOf } from '../wording.ts';

/**
 * Two deployments share a spoke namespace, and only one of them owns it (H2, H3): when the owner goes, the namespace goes
 * with the Workload of the other in it.
 */
export const namespaceLifecycleConflict: Rule = {
  code: 'NamespaceLifecycleConflict',
  summary:
    'Two deployments share a spoke namespace that only one of them owns: it goes with its owner, and the other with it.',
  remedy:
    'Give both deployments the same lifecycle, or another namespace; before the owner goes, delete or move the other one.',
  kinds: ['Environment', 'WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  restsOnOthers: true,
  secondLine: true,
  find({ request, transitions = [] }) {
    const path = lifecyclePlace(request);
    return firstFew(
      transitions.flatMap((transition) => {
        const hidden = 'its namespace on the spokes would be shared with one that treats it otherwise';
        return problemsOf(transition, request).map(({ message, severity }) => ({
          path,
          message: saidOf(request, transition.deployment, { message, hidden }),
          ...(severity === undefined ? {} : { severity }),
        }));
      }),
    );
  },
};

type Problem = Omit<Finding, 'path'>;

function problemsOf(transition: Transition, request: RequestFacts): Problem[] {
  const { before, asked, after, waits = false } = transition;
  const neighbours = neighboursOf(transition);
  if (after === undefined) return before === undefined ? [] : orphaned(before, transition, request);
  const previous = before === undefined || asked === undefined ? before : { ...before, lifecycle: asked };
  return neighbours.flatMap((neighbour) => {
    const conflict = conflictOf(after, neighbour.footprint);
    const was = previous === undefined ? undefined : conflictOf(previous, neighbour.before ?? neighbour.footprint);
    if (!isGraver(conflict, was)) return [];
    return [{ message: messageOf(after, neighbour), severity: waits ? 'warn' : conflict }];
  });
}

/** How grave it is that only one of two owns their namespace; `undefined` where they do not share one, or both or none do. */
function conflictOf(one: Footprint, other: Footprint): 'deny' | 'warn' | undefined {
  if (one.namespace !== other.namespace || one.lifecycle === undefined || other.lifecycle === undefined)
    return undefined;
  if (owns(one) === owns(other) || !isPresent(one)) return undefined;
  return mayMeet(one, other) ? 'deny' : 'warn';
}

function messageOf(after: Footprint, { footprint, ...neighbour }: Neighbour): string {
  const other = otherObject('WorkloadDeployment', neighbour);
  const [owner, guest] = owns(after) ? [after, footprint] : [footprint, after];
  const doing = guest.lifecycle?.spokeNamespace.create === true ? 'keeps it (orphan: true)' : 'does not create it';
  const where = mayMeet(after, footprint)
    ? onClusters(meetingPlaces(after, footprint))
    : ' (on other clusters, as it is now)';
  const both =
    owner === after ? `this deployment would own it and ${other} ${doing}` : `${other} owns it and this one ${doing}`;
  return `Namespace ${after.namespace} is shared${where}: ${both}, so the namespace would go with its owner; give both the same lifecycle, or another namespace`;
}

/** Neighbours whose namespace goes with the deployment that is deleted. */
function orphaned(before: Footprint, transition: Transition, request: RequestFacts): Problem[] {
  const neighbours = neighboursOf(transition);
  // What is to be kept goes all the same where the agents have not heard of that yet.
  const waiting = unheard(transition);
  const loss: Loss =
    waiting.length > 0 ? { where: 'clusters', clusters: waiting } : namespaceLoss(before, before.clusters, neighbours);
  if (loss.where === 'nowhere') return [];
  const remedy =
    waiting.length > 0
      ? 'wait until it is applied there that the namespace is kept'
      : `${howToKeep(request)} and wait until that is applied`;
  return neighbours.flatMap(({ footprint, ...neighbour }) => {
    if (footprint.namespace !== before.namespace || footprint.lifecycle === undefined || owns(footprint)) return [];
    if (footprint.clusters?.length === 0) return [];
    const shared =
      loss.where === 'unknown'
        ? meetingPlaces(before, footprint)
        : meetingPlaces({ ...before, clusters: loss.clusters }, footprint);
    if (loss.where === 'clusters' && shared.length === 0) return [];
    const other = otherObject('WorkloadDeployment', neighbour);
    const where = shared.length === 0 ? '' : ` on ${listed(shared)}`;
    return [
      {
        message: `Namespace ${before.namespace}${where} would go with this deployment, and ${other} is in it; delete or move that one first, or ${remedy}`,
      },
    ];
  });
}
