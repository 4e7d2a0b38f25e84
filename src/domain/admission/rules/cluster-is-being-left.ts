import { namespaceLoss, protectingPeers, type DeploymentChange } from '../../spoke/change.ts';
import { owns, type SpokeState } from '../../spoke/spoke-state.ts';
import { deploymentChangeRule } from '../deployment-change-rule.ts';
import type { Facts } from '../facts.ts';
import { topologyFieldPath } from '../lifecycle-field-path.ts';
import type { Rule } from '../rule.ts';
import { joinNames, unlessHiddenOwner } from '../wording.ts';

/** A deployment may come back to a cluster that it is leaving: coming back does not stop the deletion there. */
export const clusterIsBeingLeft: Rule = {
  ...deploymentChangeRule({
    code: 'ClusterIsBeingLeft',
    summary:
      'OCM may select a cluster again on which the ManifestWork of the deployment is still being deleted. The new selection does not stop that deletion.',
    remedy:
      'Wait until `status.leavingClusters` of the deployment is empty. Before that, copy what has to be kept: the namespace is deleted with everything in it if the ManifestWork owns it.',
    kinds: ['Environment', 'WorkloadDeployment', 'PolicyDefinition'],
    operations: ['CREATE', 'UPDATE'],
    severity: 'warn',
    findIn(change, facts) {
      const { leaving = [] } = change;
      if (leaving.length === 0) return [];
      const path = topologyFieldPath(facts.request, 'spec.environmentRef.name');
      const where = joinNames(leaving);
      const message = `its ManifestWork on ${where} is being deleted${describeLoss(leaving, change, facts)}; wait until status.leavingClusters is empty before OCM may select ${leaving.length === 1 ? 'it' : 'them'} again`;
      const hiddenMessage = 'its ManifestWorks on clusters that may be selected again are still being deleted';
      return [{ path, message, hiddenMessage }];
    },
  }),
  // The controller cannot do anything about it either.
  enforcedAt: ['admission'],
};

/** What the deletion of the ManifestWorks does to the namespace. What they own may differ from what is applied elsewhere. */
function describeLoss(leaving: readonly string[], change: DeploymentChange, facts: Facts): string {
  const { observed } = change;
  if (observed === undefined) return '';
  const loss = namespaceLoss(asOwner(observed), leaving, protectingPeers(change, facts.enforcement));
  if (loss.where !== 'clusters') return '';
  const where = loss.clusters.length === leaving.length ? 'there' : `on ${joinNames(loss.clusters)}`;
  const condition = owns(observed) ? unlessHiddenOwner(facts) : ', if the ManifestWork owns it';
  return `, and Namespace ${observed.namespace} ${where} with everything in it${condition}`;
}

function asOwner(state: SpokeState): SpokeState {
  return { ...state, lifecycle: { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } } };
}
