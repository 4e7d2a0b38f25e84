import type { RequestFacts } from '../facts.ts';
import { namespaceLoss, neighboursOf, owns, unheard, type Transition } from '../footprint.ts';
import { lifecyclePlace } from '../lifecycle-place.ts';
import { firstFew, type Rule } from '../rule.ts';
import { howToKeep, onClusters, saidOf, waitingOn } from '../wording.ts';

/** The namespace leaves the work (H1): the agent deletes it, and everything in it, unless it was kept beforehand. */
export const namespaceWouldBeDeleted: Rule = {
  code: 'NamespaceWouldBeDeleted',
  summary: 'A spoke namespace would leave the work of a deployment and be deleted with everything in it.',
  remedy:
    'Two steps: set `spokeNamespace.orphan: true` and change nothing else; once `status.pendingClusters` of every deployment is empty, stop creating.',
  kinds: ['Environment', 'WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  restsOnOthers: true,
  secondLine: true,
  find({ request, transitions = [] }) {
    const path = lifecyclePlace(request);
    return firstFew(
      transitions.flatMap((transition) => {
        const problem = problemOf(request, transition);
        if (problem === undefined) return [];
        const hidden = 'its namespace on the spokes would be deleted with everything in it';
        return [{ path, message: saidOf(request, transition.deployment, { message: problem, hidden }) }];
      }),
    );
  },
};

function problemOf(request: RequestFacts, transition: Transition): string | undefined {
  const { before, asked, after, replaced } = transition;
  if (before?.lifecycle === undefined || after?.lifecycle === undefined) return undefined;
  // What leaves by a move to another namespace is said by WorkloadsWouldMove.
  if (!before.lifecycle.spokeNamespace.create || before.namespace !== after.namespace) return undefined;
  const leaves = !after.lifecycle.spokeNamespace.create;
  if (leaves && asked?.spokeNamespace.create === false) return undefined;
  // Works that are replaced take an owned namespace along, unless those that replace them own it too.
  if (!leaves && !(replaced && !owns(after))) return undefined;
  if (owns(before)) {
    const loss = namespaceLoss(before, before.clusters, neighboursOf(transition));
    if (loss.where === 'nowhere') return undefined;
    const where = onClusters(loss.where === 'clusters' ? loss.clusters : undefined);
    const then = leaves && request.kind === 'Environment' ? 'then stop creating it' : 'then make this change';
    return `Namespace ${before.namespace}${where} would be deleted with everything in it; first ${howToKeep(request)}, wait until that is applied, ${then}`;
  }
  // It is to be kept, but only where the agents have heard of it.
  const clusters = unheard(transition);
  if (clusters.length === 0) return undefined;
  return `Namespace ${before.namespace} would be deleted with everything in it ${waitingOn(clusters)}`;
}
