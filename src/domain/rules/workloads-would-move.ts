import { namespaceLoss, neighboursOf, owns, unheard, type Footprint, type Transition } from '../footprint.ts';
import { firstFew, type Finding, type Rule } from '../rule.ts';
import { listed, onClusters, saidOf } from '../wording.ts';

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
        const renaming = renamed(before, after, transition);
        // Another namespace is left on every cluster, whatever is selected from now on.
        const moving = before.namespace === after.namespace ? placedElsewhere(before, transition, path) : undefined;
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

function renamed(before: Footprint, after: Footprint, transition: Transition): Finding | undefined {
  if (transition.moving === true) return undefined;
  if (before.namespace === after.namespace && before.workload === after.workload) return undefined;
  const leaves = `Workload ${before.namespace}/${before.workload} goes${onClusters(before.clusters)}`;
  if (before.namespace === after.namespace) {
    return { path: 'spec.workload.name', message: `${leaves}, and ${after.workload} comes in its place` };
  }
  const path = 'spec.workload.namespace';
  const loss = namespaceLoss(before, before.clusters, neighboursOf(transition));
  const stays = loss.where === 'nowhere' && unheard(transition).length === 0;
  if (stays) return { path, message: `${leaves}, and comes back in Namespace ${after.namespace}` };
  return { path, severity: 'deny', message: `${leaves}, ${withNamespace(before)}` };
}

function placedElsewhere(before: Footprint, transition: Transition, path: string): Finding | undefined {
  const { placement, selected } = transition;
  if (placement.kind === 'same' || placement.kind === 'grows') return undefined;
  const workload = `Workload ${before.namespace}/${before.workload}`;
  const { clusters } = before;
  if (selected === undefined || clusters === undefined) {
    const along = owns(before) ? `; where it does, Namespace ${before.namespace} is deleted with everything in it` : '';
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
  const loss = namespaceLoss(before, left, neighboursOf(transition));
  // What is to be kept may not have been heard of where it leaves.
  const isSure = !unheard(transition).some((cluster) => left.includes(cluster));
  if (loss.where === 'nowhere' && isSure) return { path, message: leaves };
  return { path, severity: 'deny', message: `${leaves}, ${withNamespace(before)}` };
}

function from(clusters: readonly string[] | undefined): string {
  return clusters === undefined ? ' clusters' : ` ${listed(clusters)}`;
}

function withNamespace({ namespace }: Footprint): string {
  return `and Namespace ${namespace} would be deleted with everything in it; first set spokeNamespace.orphan: true and wait until that is applied`;
}
