import { namespaceLoss, neighboursOf, owns, unheard, type Footprint, type Neighbour } from '../footprint.ts';
import type { Rule } from '../rule.ts';
import { listed } from '../wording.ts';

/** What goes and what stays with a deployment, said before it goes. */
export const whatDeletionRemoves: Rule = {
  code: 'WhatDeletionRemoves',
  summary:
    'What a deletion removes from which clusters, and what stays; an owned namespace goes even if it was there before (H7).',
  remedy:
    'Nothing, if that is meant; the warning comes too late for the request that it answers, so look with `--dry-run=server` first.',
  kinds: ['WorkloadDeployment'],
  operations: ['DELETE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  restsOnOthers: true,
  find({ transitions = [] }) {
    return transitions.flatMap((transition) => {
      const { before } = transition;
      if (before?.lifecycle === undefined || before.clusters?.length === 0) return [];
      const unsure = unheard(transition);
      const except = unsure.length === 0 ? '' : `, except on ${listed(unsure)}, where that is not applied yet`;
      return [{ path: '', message: story(before, neighboursOf(transition)) + except }];
    });
  },
};

function story(before: Footprint, neighbours: readonly Neighbour[]): string {
  const { namespace, workload, lifecycle, clusters } = before;
  const from = clusters === undefined ? 'every cluster that it is on' : listed(clusters);
  const name = `Workload ${namespace}/${workload}`;
  if (!owns(before)) {
    const why = lifecycle?.spokeNamespace.create === true ? 'it is kept (orphan: true)' : 'it was not created here';
    return lifecycle?.workload.orphan === true
      ? `${name} and Namespace ${namespace} stay on ${from}`
      : `${name} goes from ${from}; Namespace ${namespace} stays: ${why}`;
  }
  const loss = namespaceLoss(before, clusters, neighbours);
  const goes = `${name} goes from ${from}`;
  if (loss.where === 'nowhere') return `${goes}; Namespace ${namespace} stays: another deployment owns it too`;
  const isEverywhere = loss.where === 'clusters' && loss.clusters.length === clusters?.length;
  const where = loss.where === 'clusters' && !isEverywhere ? ` on ${listed(loss.clusters)}` : '';
  const except = loss.where === 'unknown' && loss.kept ? ', except where another deployment owns it' : '';
  return `${goes}, and Namespace ${namespace}${where} with all that is in it, even if it was there before${except}`;
}
