import { lifecyclePlace } from '../lifecycle-place.ts';
import { namespaceLoss, type Footprint, type Transition } from '../footprint.ts';
import { firstFew, type Finding, type Rule } from '../rule.ts';
import { listed, ofDeployment, onClusters } from '../wording.ts';

/** A change takes Workloads away from where they are (H5, and what is left of H8 when the new is made before the old goes). */
export const workloadsWouldMove: Rule = {
  code: 'WorkloadsWouldMove',
  summary:
    'A changed namespace, name, Environment, placement or topology takes Workloads away: a warning, refused where a namespace dies with them.',
  kinds: ['Environment', 'WorkloadDeployment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  restsOnOthers: true,
  secondLine: true,
  find({ request, transitions = [] }) {
    const place = lifecyclePlace(request);
    return firstFew(
      transitions.flatMap((transition): Finding[] => {
        const { before, after, deployment } = transition;
        if (before === undefined || after === undefined || before.clusters?.length === 0) return [];
        const renaming = renamed(before, after, transition);
        // Another namespace is left on every cluster, whatever is selected from now on.
        const moving = before.namespace === after.namespace ? placedElsewhere(before, transition, place) : undefined;
        return [renaming, moving]
          .filter((finding) => finding !== undefined)
          .map((finding) => ({ ...finding, message: ofDeployment(request, deployment) + finding.message }));
      }),
    );
  },
};

function renamed(before: Footprint, after: Footprint, { neighbours }: Transition): Finding | undefined {
  if (before.namespace === after.namespace && before.workload === after.workload) return undefined;
  const leaves = `Workload ${before.namespace}/${before.workload} goes${onClusters(before.clusters)}`;
  if (before.namespace === after.namespace) {
    return { path: 'spec.workload.name', message: `${leaves}, and ${after.workload} comes in its place` };
  }
  const path = 'spec.workload.namespace';
  const loss = namespaceLoss(before, before.clusters, neighbours);
  if (loss.where === 'nowhere') return { path, message: `${leaves}, and comes back in Namespace ${after.namespace}` };
  return { path, severity: 'deny', message: `${leaves}, ${withNamespace(before)}` };
}

function placedElsewhere(before: Footprint, transition: Transition, place: string): Finding | undefined {
  const { placement, selected, neighbours } = transition;
  if (placement.kind === 'same' || placement.kind === 'grows') return undefined;
  const path = place === 'spec.environmentRef.name' ? place : 'spec.topology';
  const workload = `Workload ${before.namespace}/${before.workload}`;
  if (selected === undefined || selected.length === 0 || before.clusters === undefined) {
    if (placement.kind === 'changes') {
      const message = `${workload} may leave clusters${fromClusters(before)}: OCM selects anew, and the namespace goes where it leaves if the deployment owns it`;
      return { path, message };
    }
    const fewer = before.clusters === undefined ? undefined : before.clusters.length - placement.to;
    if (fewer !== undefined && fewer <= 0) return undefined;
    const count = fewer === undefined ? 'clusters beyond' : `${fewer} of ${listed(before.clusters ?? [])}, down to`;
    return {
      path,
      message: `${workload} leaves ${count} ${placement.to}: OCM chooses which, and the namespace goes there if the deployment owns it`,
    };
  }
  const kept = new Set(selected);
  const left = before.clusters.filter((cluster) => !kept.has(cluster));
  if (left.length === 0) return undefined;
  const leaves = `${workload} leaves ${listed(left)}`;
  const loss = namespaceLoss(before, left, neighbours);
  if (loss.where === 'nowhere') return { path, message: leaves };
  return { path, severity: 'deny', message: `${leaves}, ${withNamespace(before)}` };
}

function fromClusters({ clusters }: Footprint): string {
  return clusters === undefined ? '' : ` (it is on ${listed(clusters)})`;
}

function withNamespace({ namespace }: Footprint): string {
  return `and Namespace ${namespace} would be deleted there with everything in it; first set spokeNamespace.orphan: true and wait until that is applied`;
}
