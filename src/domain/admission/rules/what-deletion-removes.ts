import {
  namespaceLoss,
  protectingPeers,
  unconfirmedOrphanLoss,
  type DeploymentChange,
  type Peer,
} from '../../spoke/change.ts';
import { ownershipOf, owns, type SpokeState } from '../../spoke/spoke-state.ts';
import type { Facts } from '../facts.ts';
import type { Rule } from '../rule.ts';
import { joinNames, unlessHiddenOwner } from '../wording.ts';

/** Reports what the deletion of a deployment deletes and what it keeps (H7). */
export const whatDeletionRemoves: Rule = {
  code: 'WhatDeletionRemoves',
  summary:
    'A deletion removes objects from clusters, and the message lists them; an owned namespace is deleted even if it existed before (hazard H7 in docs/hazards.md).',
  remedy: 'None needed if that is intended. The warning arrives after the deletion, so use `--dry-run=server` first.',
  kinds: ['WorkloadDeployment'],
  operations: ['DELETE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find(facts) {
    const { changes = [] } = facts;
    return changes.flatMap((change) => {
      const message = deletionEffect(change, facts);
      return message === undefined ? [] : [{ path: '', message }];
    });
  },
};

/** What the text about a deletion depends on, besides the change. */
type Reader = Pick<Facts, 'enforcement' | 'seesAllDeployments'>;

/** What a deletion deletes on the spokes and what it keeps; `undefined` if that is unknown, or if it is on no cluster. */
export function deletionEffect(
  change: Pick<DeploymentChange, 'deployment' | 'observed' | 'orphanUnconfirmedOn' | 'peers'>,
  reader: Reader,
): string | undefined {
  const { observed } = change;
  if (observed?.lifecycle === undefined || observed.clusters?.length === 0) return undefined;
  const unconfirmed = unconfirmedOrphanLoss(change, reader.enforcement);
  const except =
    unconfirmed.length === 0
      ? ''
      : `, except on ${joinNames(unconfirmed)}, where the work agent has not applied orphan: true yet`;
  return describeDeletion(observed, protectingPeers(change, reader.enforcement), reader) + except;
}

function describeDeletion(observed: SpokeState, peers: readonly Peer[], reader: Reader): string {
  const { namespace, workloadName, lifecycle, clusters } = observed;
  const from = clusters === undefined ? 'every cluster that it is on' : joinNames(clusters);
  const name = `Workload ${namespace}/${workloadName}`;
  const removed = `${name} is removed from ${from}`;
  if (!owns(observed)) {
    if (lifecycle?.workload.orphan === true) return `${name} and Namespace ${namespace} stay on ${from}`;
    const why = ownershipOf(observed) === 'keeper' ? 'it is kept (orphan: true)' : 'this deployment did not create it';
    return `${removed}; Namespace ${namespace} stays: ${why}`;
  }
  const loss = namespaceLoss(observed, clusters, peers);
  if (loss.where === 'nowhere') return `${removed}; Namespace ${namespace} stays: another deployment owns it too`;
  const isEverywhere = loss.where === 'clusters' && loss.clusters.length === clusters?.length;
  const where = loss.where === 'clusters' && !isEverywhere ? ` on ${joinNames(loss.clusters)}` : '';
  const except = loss.where === 'unknown' && loss.kept ? ', except where another deployment owns it' : '';
  return `${removed}; Namespace ${namespace}${where} is deleted with everything in it, even if it existed before${except}${unlessHiddenOwner(reader)}`;
}
