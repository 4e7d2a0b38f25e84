import type { RequestFacts } from '../facts.ts';
import { namespaceLoss, peersOf, unconfirmedOrphanLoss, type DeploymentChange } from '../../spoke/change.ts';
import { lifecycleFieldPath } from '../lifecycle-field-path.ts';
import { limitFindings, type Rule } from '../rule.ts';
import { howToKeep, onClusters, messageFor, waitForOrphanConfirmation } from '../wording.ts';
import { owns } from '../../spoke/spoke-state.ts';

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
  needsLiveRead: true,
  secondLine: true,
  find({ request, changes = [] }) {
    const path = lifecycleFieldPath(request);
    return limitFindings(
      changes.flatMap((deploymentChange) => {
        const problem = problemOf(request, deploymentChange);
        if (problem === undefined) return [];
        const hidden = 'its namespace on the spokes would be deleted with everything in it';
        return [{ path, message: messageFor(request, deploymentChange.deployment, { message: problem, hidden }) }];
      }),
    );
  },
};

function problemOf(request: RequestFacts, deploymentChange: DeploymentChange): string | undefined {
  const { observed, previouslyDesired, desired, replacesReplicaSets } = deploymentChange;
  if (observed?.lifecycle === undefined || desired?.lifecycle === undefined) return undefined;
  // What leaves by a move to another namespace is said by WorkloadsWouldMove.
  if (!observed.lifecycle.spokeNamespace.create || observed.namespace !== desired.namespace) return undefined;
  const leaves = !desired.lifecycle.spokeNamespace.create;
  if (leaves && previouslyDesired?.spokeNamespace.create === false) return undefined;
  // Works that are replaced take an owned namespace along, unless those that replace them own it too.
  if (!leaves && !(replacesReplicaSets && !owns(desired))) return undefined;
  if (owns(observed)) {
    const loss = namespaceLoss(observed, observed.clusters, peersOf(deploymentChange));
    if (loss.where === 'nowhere') return undefined;
    const where = onClusters(loss.where === 'clusters' ? loss.clusters : undefined);
    const then = leaves && request.kind === 'Environment' ? 'then stop creating it' : 'then make this change';
    return `Namespace ${observed.namespace}${where} would be deleted with everything in it; first ${howToKeep(request)}, wait until that is applied, ${then}`;
  }
  // It is to be kept, but only where the agents have heard of it.
  const clusters = unconfirmedOrphanLoss(deploymentChange);
  if (clusters.length === 0) return undefined;
  return `Namespace ${observed.namespace} would be deleted with everything in it ${waitForOrphanConfirmation(clusters)}`;
}
