import { localClusterLabel } from '../../../api/ocm.ts';
import { namespaceLoss, protectingPeers, unconfirmedOrphanLoss, type DeploymentChange } from '../../spoke/change.ts';
import type { HubAsSpoke } from '../../spoke/local-clusters.ts';
import { owns, type SpokeState } from '../../spoke/spoke-state.ts';
import { deploymentChangeRule, type ChangeProblem } from '../deployment-change-rule.ts';
import type { Facts } from '../facts.ts';
import { lifecycleFieldPath } from '../lifecycle-field-path.ts';
import { howToKeep, joinNames } from '../wording.ts';

/** A deployment would create a namespace on the hub itself that the hub needs, and the work agent would delete it (H9). */
export const hubNamespaceWouldBeOwned = deploymentChangeRule({
  code: 'HubNamespaceWouldBeOwned',
  summary:
    'The hub itself may be selected as a cluster, and the spoke namespace is one that contains objects of mooring on the hub, is a hub namespace, or belongs to a cluster.',
  remedy:
    'Exclude the hub, a ManagedCluster with label `local-cluster: "true"`, in every predicate of the Environment; or set `spokeNamespace.create: false`, or use another namespace. ' +
    'It cannot be acknowledged, as `ProtectedNamespace` cannot: the work agent of the hub would own the namespace, and would delete it with the Environments, deployments and histories in it, of all who use it. ' +
    'An orphaned namespace (`orphan: true`) is denied too, because the agent would overwrite its labels and annotations, from which mooring and OCM read permissions. ' +
    'Where a deployment owns such a namespace already, its deletion, a move to another namespace, and an edit that excludes the hub or stops creating the namespace, are denied until the namespace is orphaned.',
  kinds: ['Environment', 'WorkloadDeployment', 'PolicyDefinition'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  severity: 'deny',
  overridable: false,
  findIn(change, { enforcement, request }) {
    const { desired, hubAsSpoke } = change;
    if (hubAsSpoke === undefined || change.isInitialWait === true) return [];
    if (desired === undefined || hubAsSpoke.leaves === true)
      return lossFindings(change, hubAsSpoke, { enforcement, request });
    if (!creates(desired) || wasAsBad(desired, hubAsSpoke, change)) return [];
    const { namespace } = desired;
    const { clusters, environment } = hubAsSpoke;
    const source = `Environment ${environment.namespace}/${environment.name}`;
    const isThere = hubAsSpoke.isThere === true;
    const message = [
      `the work agent of the hub itself ${isThere ? 'owns' : 'would own'} Namespace ${namespace}, and ${isThere ? 'deletes' : 'would delete'} it with everything in it: ${reasonOf(namespace, hubAsSpoke)}, and ${source} may select ManagedCluster ${joinNames(clusters)}, which is the hub`,
      ...(isThere
        ? ['first let the Environment orphan the namespace, and wait until status.orphanPendingClusters is empty']
        : []),
      `exclude it in every predicate: ${placeOf(hubAsSpoke)}: ${excludingPredicates}`,
      ...(request.kind === 'WorkloadDeployment' ? ['then let the ref mean the revision with that'] : []),
      ...(hubAsSpoke.topology === 'topology-ocm' ? ['or set spokeNamespace.create: false'] : []),
      'or use another spoke namespace',
    ].join('; ');
    const path = enforcement === 'apply' ? '' : lifecycleFieldPath(request);
    const hiddenMessage = `the work agent of the hub itself would own its namespace, which the hub needs; exclude the hub in every predicate: ${placeOf(hubAsSpoke)}: ${excludingPredicates}`;
    return [{ path, message, hiddenMessage }];
  },
});

/** A change that deletes the namespace on the hub, because the deployment came there before anybody could be asked. */
function lossFindings(
  change: DeploymentChange,
  hubAsSpoke: HubAsSpoke,
  facts: Pick<Facts, 'enforcement' | 'request'>,
): ChangeProblem[] {
  const { observed } = change;
  if (observed === undefined || hubAsSpoke.isThere !== true) return [];
  const { clusters } = hubAsSpoke;
  const loss = namespaceLoss(observed, clusters, protectingPeers(change, facts.enforcement));
  const unconfirmed = unconfirmedOrphanLoss(change, facts.enforcement).filter((cluster) => clusters.includes(cluster));
  if (loss.where === 'nowhere' && unconfirmed.length === 0) return [];
  const { namespace } = observed;
  const lost = `the work agent of the hub itself (ManagedCluster ${joinNames(clusters)}) would delete Namespace ${namespace} with everything in it: ${reasonOf(namespace, hubAsSpoke)}`;
  const way =
    loss.where === 'nowhere'
      ? 'wait until status.orphanPendingClusters is empty'
      : change.desired === undefined && facts.enforcement === 'apply'
        ? orphanByHand
        : `first ${howToKeep(facts)}, and wait until status.orphanPendingClusters is empty`;
  const message = `${lost}; ${way}`;
  return [{ path: '', message, hiddenMessage: message }];
}

/** A deployment that is being deleted is not rendered again, so its Environment cannot orphan the namespace any more. */
const orphanByHand =
  'let its ManifestWorkReplicaSets orphan it: set spec.manifestWorkTemplate.deleteOption to {propagationPolicy: Orphan}';

/** Predicates of a Placement that exclude the hub, as YAML in one line. */
const excludingPredicates = `[{requiredClusterSelector: {labelSelector: {matchExpressions: [{key: ${localClusterLabel}, operator: NotIn, values: ["true"]}]}}}]`;

function placeOf({ topology }: HubAsSpoke): string {
  if (topology === 'topology-ocm') return 'spec.topology.properties.placement.predicates';
  return 'spec.predicates of each Placement that the topology uses';
}

function reasonOf(namespace: string, { use }: HubAsSpoke): string {
  const reasons = {
    objects: 'it contains objects of mooring on the hub',
    'hub-namespace': 'it is a hub namespace',
    'cluster-namespace': `it is the namespace of ManagedCluster ${namespace}`,
    unknown: 'it is not known what it contains on the hub, because the request affects too many namespaces',
  };
  return reasons[use];
}

function creates({ lifecycle }: SpokeState): boolean {
  return lifecycle?.spokeNamespace.create === true;
}

/** Whether the same was already possible before the change. An owner that becomes a keeper is on its way out. */
function wasAsBad(
  desired: SpokeState,
  { wasReachable }: HubAsSpoke,
  { observed, previouslyDesired }: DeploymentChange,
): boolean {
  if (!wasReachable || observed === undefined || observed.namespace !== desired.namespace) return false;
  const lifecycle = previouslyDesired ?? observed.lifecycle;
  const before = lifecycle === undefined ? observed : { ...observed, lifecycle };
  return creates(before) && (owns(before) || !owns(desired));
}
