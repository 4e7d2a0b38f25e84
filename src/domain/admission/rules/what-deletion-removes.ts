import { namespaceLoss, peersOf, unconfirmedOrphanLoss, type Peer } from '../../spoke/change.ts';
import type { Rule } from '../rule.ts';
import { joinNames } from '../wording.ts';
import { type SpokeState, owns } from '../../spoke/spoke-state.ts';

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
  needsLiveRead: true,
  find({ changes = [] }) {
    return changes.flatMap((deploymentChange) => {
      const { observed } = deploymentChange;
      if (observed?.lifecycle === undefined || observed.clusters?.length === 0) return [];
      const unsure = unconfirmedOrphanLoss(deploymentChange);
      const except = unsure.length === 0 ? '' : `, except on ${joinNames(unsure)}, where that is not applied yet`;
      return [{ path: '', message: story(observed, peersOf(deploymentChange)) + except }];
    });
  },
};

function story(observed: SpokeState, peers: readonly Peer[]): string {
  const { namespace, workloadName, lifecycle, clusters } = observed;
  const from = clusters === undefined ? 'every cluster that it is on' : joinNames(clusters);
  const name = `Workload ${namespace}/${workloadName}`;
  if (!owns(observed)) {
    const why = lifecycle?.spokeNamespace.create === true ? 'it is kept (orphan: true)' : 'it was not created here';
    return lifecycle?.workload.orphan === true
      ? `${name} and Namespace ${namespace} stay on ${from}`
      : `${name} goes from ${from}; Namespace ${namespace} stays: ${why}`;
  }
  const loss = namespaceLoss(observed, clusters, peers);
  const goes = `${name} goes from ${from}`;
  if (loss.where === 'nowhere') return `${goes}; Namespace ${namespace} stays: another deployment owns it too`;
  const isEverywhere = loss.where === 'clusters' && loss.clusters.length === clusters?.length;
  const where = loss.where === 'clusters' && !isEverywhere ? ` on ${joinNames(loss.clusters)}` : '';
  const except = loss.where === 'unknown' && loss.kept ? ', except where another deployment owns it' : '';
  return `${goes}, and Namespace ${namespace}${where} with all that is in it, even if it was there before${except}`;
}
