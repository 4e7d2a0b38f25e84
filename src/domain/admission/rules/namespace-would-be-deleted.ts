import {
  namespaceLoss,
  protectingPeers,
  unconfirmedOrphanLoss,
  visibleLoss,
  type DeploymentChange,
} from '../../spoke/change.ts';
import { owns } from '../../spoke/spoke-state.ts';
import { deploymentChangeRule } from '../deployment-change-rule.ts';
import type { Facts } from '../facts.ts';
import { lifecycleFieldPath } from '../lifecycle-field-path.ts';
import { howToKeep, onClusters, unlessHiddenOwner, waitForOrphanConfirmation } from '../wording.ts';

/** The Namespace is removed from the ManifestWork (H1): the work agent deletes it with everything in it, unless `orphan: true` was applied before. */
export const namespaceWouldBeDeleted = deploymentChangeRule({
  code: 'NamespaceWouldBeDeleted',
  summary: 'A spoke namespace would be removed from the ManifestWork and deleted with everything in it.',
  remedy:
    'Two steps: set `spokeNamespace.orphan: true` and change nothing else; when `status.orphanPendingClusters` of every deployment is empty, set `create: false`.',
  kinds: ['Environment', 'WorkloadDeployment', 'PolicyDefinition'],
  operations: ['CREATE', 'UPDATE'],
  severity: 'deny',
  findIn(change, facts) {
    const message = problemOf(change, facts);
    if (message === undefined) return [];
    const hiddenMessage = 'its namespace on the spokes would be deleted with everything in it';
    return [{ path: lifecycleFieldPath(facts.request), message, hiddenMessage }];
  },
});

function problemOf(change: DeploymentChange, facts: Facts): string | undefined {
  const { observed, previouslyDesired, desired, replacesReplicaSets } = change;
  if (observed?.lifecycle === undefined || desired?.lifecycle === undefined) return undefined;
  // If the deployment moves to another namespace, WorkloadsWouldMove reports that.
  if (!observed.lifecycle.spokeNamespace.create || observed.namespace !== desired.namespace) return undefined;
  const stopsCreating = !desired.lifecycle.spokeNamespace.create;
  if (stopsCreating && previouslyDesired?.spokeNamespace.create === false) return undefined;
  // The deletion of replaced ManifestWorkReplicaSets deletes a namespace that they own, unless the new ones own it too.
  if (!stopsCreating && !(replacesReplicaSets && !owns(desired))) return undefined;
  if (owns(observed)) {
    const loss = namespaceLoss(observed, observed.clusters, protectingPeers(change, facts.enforcement));
    if (loss.where === 'nowhere') return undefined;
    const named = visibleLoss(observed, observed.clusters, change);
    const where = onClusters(named.where === 'clusters' ? named.clusters : undefined);
    const lastStep =
      stopsCreating && facts.request.kind === 'Environment' ? 'then stop creating it' : 'then make this change';
    return `Namespace ${observed.namespace}${where} would be deleted with everything in it${unlessHiddenOwner(facts)}; first ${howToKeep(facts)}, wait until that is applied, ${lastStep}`;
  }
  // `orphan: true` protects the namespace only on clusters whose work agent has applied it.
  const clusters = unconfirmedOrphanLoss(change, facts.enforcement);
  if (clusters.length === 0) return undefined;
  return `Namespace ${observed.namespace} would be deleted with everything in it ${waitForOrphanConfirmation(clusters)}`;
}
