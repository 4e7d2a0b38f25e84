import type { RequestFacts } from '../facts.ts';
import { namespaceLoss, peersOf, unconfirmedOrphanLoss, type DeploymentChange } from '../../spoke/change.ts';
import { limitFindings, type Finding, type Rule } from '../rule.ts';
import { howToKeep, joinNames, messageFor, waitForOrphanConfirmation } from '../wording.ts';
import type { SpokeState } from '../../spoke/spoke-state.ts';

/** A change takes Workloads away from where they are (H5, and what is left of H8 when the new is made before the old goes). */
export const workloadsWouldMove: Rule = {
  code: 'WorkloadsWouldMove',
  summary:
    'A changed namespace, name, Environment, placement or topology takes Workloads away: a warning, refused where a namespace dies with them.',
  remedy:
    'Set `spokeNamespace.orphan: true` first and wait until that is applied, if the namespace is to stay; or acknowledge.',
  kinds: ['Environment', 'WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: true,
  secondLine: true,
  find({ request, changes = [] }) {
    // A deployment has no topology of its own: what changes is what it refers to.
    const path = request.kind === 'Environment' ? 'spec.topology' : 'spec.environmentRef.name';
    return limitFindings(
      changes.flatMap((deploymentChange): Finding[] => {
        const { observed, desired, deployment } = deploymentChange;
        if (observed === undefined || desired === undefined || observed.clusters?.length === 0) return [];
        const renaming = renamed(observed, desired, deploymentChange, request);
        // Another namespace is left on every cluster, whatever is selected from now on.
        const isMovePending =
          observed.namespace === desired.namespace
            ? placedElsewhere(observed, deploymentChange, path, request)
            : undefined;
        return [renaming, isMovePending]
          .filter((finding) => finding !== undefined)
          .map((finding) => {
            const along =
              finding.severity === 'deny' ? ', and its namespace would be deleted with everything in it' : '';
            const hidden = `its Workload would leave clusters${along}`;
            return { ...finding, message: messageFor(request, deployment, { message: finding.message, hidden }) };
          });
      }),
    );
  },
};

function renamed(
  observed: SpokeState,
  desired: SpokeState,
  deploymentChange: DeploymentChange,
  request: RequestFacts,
): Finding | undefined {
  if (deploymentChange.isMovePending === true) return undefined;
  if (observed.namespace === desired.namespace && observed.workloadName === desired.workloadName) return undefined;
  const leaves = `Workload ${observed.namespace}/${observed.workloadName} leaves ${observed.clusters === undefined ? 'its clusters' : joinNames(observed.clusters)}`;
  if (observed.namespace === desired.namespace) {
    return { path: 'spec.workload.name', message: `${leaves}, and ${desired.workloadName} comes in its place` };
  }
  const path = 'spec.workload.namespace';
  const along = withNamespace(observed, observed.clusters, deploymentChange, request);
  if (along === undefined) return { path, message: `${leaves}, and comes back in Namespace ${desired.namespace}` };
  return { path, severity: 'deny', message: `${leaves}, ${along}` };
}

function placedElsewhere(
  observed: SpokeState,
  deploymentChange: DeploymentChange,
  path: string,
  request: RequestFacts,
): Finding | undefined {
  const { placement, selected } = deploymentChange;
  if (placement.kind === 'same' || placement.kind === 'grows') return undefined;
  const workload = `Workload ${observed.namespace}/${observed.workloadName}`;
  const { clusters } = observed;
  if (selected === undefined || clusters === undefined) {
    const along = maybeWithNamespace(observed, deploymentChange);
    if (placement.kind === 'changes') {
      return { path, message: `${workload} may leave${from(clusters)}, as OCM selects anew${along}` };
    }
    const fewer = clusters === undefined ? undefined : clusters.length - placement.to;
    if (fewer !== undefined && fewer <= 0) return undefined;
    const leaves = fewer === undefined ? 'may leave clusters' : `leaves ${fewer} of ${joinNames(clusters ?? [])}`;
    return { path, message: `${workload} ${leaves}, as OCM chooses${along}` };
  }
  const kept = new Set(selected);
  const left = clusters.filter((cluster) => !kept.has(cluster));
  if (left.length === 0) return undefined;
  const leaves = `${workload} leaves ${joinNames(left)}`;
  const along = withNamespace(observed, left, deploymentChange, request);
  if (along === undefined) return { path, message: leaves };
  return { path, severity: 'deny', message: `${leaves}, ${along}` };
}

function from(clusters: readonly string[] | undefined): string {
  return clusters === undefined ? ' clusters' : ` ${joinNames(clusters)}`;
}

/** What a namespace comes to where a Workload leaves clusters; `undefined` where it stays. */
function withNamespace(
  observed: SpokeState,
  left: readonly string[] | undefined,
  deploymentChange: DeploymentChange,
  request: RequestFacts,
): string | undefined {
  const { namespace } = observed;
  const loss = namespaceLoss(observed, left, peersOf(deploymentChange));
  if (loss.where !== 'nowhere') {
    const where =
      loss.where === 'clusters' && loss.clusters.length !== left?.length ? ` on ${joinNames(loss.clusters)}` : '';
    return `and Namespace ${namespace} would be deleted with everything in it${where}; first ${howToKeep(request)} and wait until that is applied`;
  }
  // What is to be kept may not have been heard of where it leaves.
  const waiting = unconfirmedOrphanLoss(deploymentChange).filter(
    (cluster) => left === undefined || left.includes(cluster),
  );
  if (waiting.length === 0) return undefined;
  return `and Namespace ${namespace} would be deleted with everything in it ${waitForOrphanConfirmation(waiting)}`;
}

/** The same where nobody knows which clusters it leaves. */
function maybeWithNamespace(observed: SpokeState, deploymentChange: DeploymentChange): string {
  const { namespace, clusters } = observed;
  const loss = namespaceLoss(observed, clusters, peersOf(deploymentChange));
  if (loss.where === 'nowhere') return '';
  const isPart = loss.where === 'clusters' && loss.clusters.length !== clusters?.length;
  const where = isPart ? `of ${joinNames(loss.clusters)}` : 'where it does';
  return `; ${where}, Namespace ${namespace} is deleted with everything in it`;
}
