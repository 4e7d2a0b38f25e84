import type { RequestFacts } from '../facts.ts';
import { namespaceLoss, neighboursOf, unheard, type Footprint, type Transition } from '../footprint.ts';
import { firstFew, type Finding, type Rule } from '../rule.ts';
import { howToKeep, listed, saidOf, waitingOn } from '../wording.ts';

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
  restsOnOthers: true,
  secondLine: true,
  find({ request, transitions = [] }) {
    // A deployment has no topology of its own: what changes is what it refers to.
    const path = request.kind === 'Environment' ? 'spec.topology' : 'spec.environmentRef.name';
    return firstFew(
      transitions.flatMap((transition): Finding[] => {
        const { before, after, deployment } = transition;
        if (before === undefined || after === undefined || before.clusters?.length === 0) return [];
        const renaming = renamed(before, after, transition, request);
        // Another namespace is left on every cluster, whatever is selected from now on.
        const moving =
          before.namespace === after.namespace ? placedElsewhere(before, transition, path, request) : undefined;
        return [renaming, moving]
          .filter((finding) => finding !== undefined)
          .map((finding) => {
            const along =
              finding.severity === 'deny' ? ', and its namespace would be deleted with everything in it' : '';
            const hidden = `its Workload would leave clusters${along}`;
            return { ...finding, message: saidOf(request, deployment, { message: finding.message, hidden }) };
          });
      }),
    );
  },
};

function renamed(
  before: Footprint,
  after: Footprint,
  transition: Transition,
  request: RequestFacts,
): Finding | undefined {
  if (transition.moving === true) return undefined;
  if (before.namespace === after.namespace && before.workload === after.workload) return undefined;
  const leaves = `Workload ${before.namespace}/${before.workload} leaves ${before.clusters === undefined ? 'its clusters' : listed(before.clusters)}`;
  if (before.namespace === after.namespace) {
    return { path: 'spec.workload.name', message: `${leaves}, and ${after.workload} comes in its place` };
  }
  const path = 'spec.workload.namespace';
  const along = withNamespace(before, before.clusters, transition, request);
  if (along === undefined) return { path, message: `${leaves}, and comes back in Namespace ${after.namespace}` };
  return { path, severity: 'deny', message: `${leaves}, ${along}` };
}

function placedElsewhere(
  before: Footprint,
  transition: Transition,
  path: string,
  request: RequestFacts,
): Finding | undefined {
  const { placement, selected } = transition;
  if (placement.kind === 'same' || placement.kind === 'grows') return undefined;
  const workload = `Workload ${before.namespace}/${before.workload}`;
  const { clusters } = before;
  if (selected === undefined || clusters === undefined) {
    const along = maybeWithNamespace(before, transition);
    if (placement.kind === 'changes') {
      return { path, message: `${workload} may leave${from(clusters)}, as OCM selects anew${along}` };
    }
    const fewer = clusters === undefined ? undefined : clusters.length - placement.to;
    if (fewer !== undefined && fewer <= 0) return undefined;
    const leaves = fewer === undefined ? 'may leave clusters' : `leaves ${fewer} of ${listed(clusters ?? [])}`;
    return { path, message: `${workload} ${leaves}, as OCM chooses${along}` };
  }
  const kept = new Set(selected);
  const left = clusters.filter((cluster) => !kept.has(cluster));
  if (left.length === 0) return undefined;
  const leaves = `${workload} leaves ${listed(left)}`;
  const along = withNamespace(before, left, transition, request);
  if (along === undefined) return { path, message: leaves };
  return { path, severity: 'deny', message: `${leaves}, ${along}` };
}

function from(clusters: readonly string[] | undefined): string {
  return clusters === undefined ? ' clusters' : ` ${listed(clusters)}`;
}

/** What a namespace comes to where a Workload leaves clusters; `undefined` where it stays. */
function withNamespace(
  before: Footprint,
  left: readonly string[] | undefined,
  transition: Transition,
  request: RequestFacts,
): string | undefined {
  const { namespace } = before;
  const loss = namespaceLoss(before, left, neighboursOf(transition));
  if (loss.where !== 'nowhere') {
    const where =
      loss.where === 'clusters' && loss.clusters.length !== left?.length ? ` on ${listed(loss.clusters)}` : '';
    return `and Namespace ${namespace} would be deleted with everything in it${where}; first ${howToKeep(request)} and wait until that is applied`;
  }
  // What is to be kept may not have been heard of where it leaves.
  const waiting = unheard(transition).filter((cluster) => left === undefined || left.includes(cluster));
  if (waiting.length === 0) return undefined;
  return `and Namespace ${namespace} would be deleted with everything in it ${waitingOn(waiting)}`;
}

/** The same where nobody knows which clusters it leaves. */
function maybeWithNamespace(before: Footprint, transition: Transition): string {
  const { namespace, clusters } = before;
  const loss = namespaceLoss(before, clusters, neighboursOf(transition));
  if (loss.where === 'nowhere') return '';
  const isPart = loss.where === 'clusters' && loss.clusters.length !== clusters?.length;
  const where = isPart ? `of ${listed(loss.clusters)}` : 'where it does';
  return `; ${where}, Namespace ${namespace} is deleted with everything in it`;
}
