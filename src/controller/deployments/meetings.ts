import { keyOf } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { isRuleBlock } from '../../domain/applied-reasons.ts';
import type { DeploymentChange, Peer } from '../../domain/spoke/change.ts';
import { observedStates, type AppliedReplicaSet, type ObservedState } from '../../domain/spoke/from-replica-sets.ts';
import { containing } from '../../domain/spoke/work-namespaces.ts';
import type { ControllerCaches } from '../caches.ts';
import type { AppliedReplicaSets } from './applied-replica-sets.ts';
import { desiredState, stateAfter, type Rendered } from './desired-state.ts';
import { lockPriority } from './locks.ts';
import { appliedStates } from './observed-state.ts';

interface MeetingOptions {
  caches: ControllerCaches;
  appliedReplicaSets: Pick<AppliedReplicaSets, 'of' | 'deploymentsIn'>;
}

/**
 * Where a deployment shares a namespace on a cluster with deployments of other hub namespaces that were there first, by
 * namespace. The change is that of a deployment that would come there now, so that rules report every conflict.
 */
export function meetings(
  deployment: WorkloadDeployment,
  rendered: Rendered,
  options: MeetingOptions,
): Omit<DeploymentChange, 'deployment'>[] {
  const { caches, appliedReplicaSets } = options;
  const applied = appliedStates(appliedReplicaSets.of(keyOf(deployment)), caches);
  const observed = observedStates(applied);
  return observed.flatMap((present) => {
    const { namespace, clusters = [] } = present.state;
    const others = clusters.length === 0 ? [] : foreignKeysIn(namespace, deployment, appliedReplicaSets);
    const peers = others.flatMap((key) => earlierPeer(key, { deployment, applied, present }, options));
    if (peers.length === 0) return [];
    const desired = stateAfter(present.state, desiredState({ deployment, rendered, observed }, caches));
    return [
      {
        desired: { ...desired, clusters },
        orphanUnconfirmedOn: [],
        placement: { kind: 'same' },
        replacesReplicaSets: false,
        peers,
      },
    ];
  });
}

function foreignKeysIn(
  namespace: string,
  { metadata }: WorkloadDeployment,
  appliedReplicaSets: MeetingOptions['appliedReplicaSets'],
): string[] {
  const own = `${metadata.namespace ?? ''}/`;
  return appliedReplicaSets
    .deploymentsIn(namespace)
    .filter((key) => !key.startsWith(own))
    .toSorted();
}

interface Newcomer {
  deployment: WorkloadDeployment;
  applied: readonly AppliedReplicaSet[];
  present: ObservedState;
}

/** A deployment that was on common clusters first, with these clusters only. One that a rule already blocks is the newcomer itself. */
function earlierPeer(key: string, newcomer: Newcomer, { caches, appliedReplicaSets }: MeetingOptions): Peer[] {
  const [namespace = '', name = ''] = key.split('/');
  const other = caches.deployments.get(namespace, name);
  if (other === undefined || other.metadata.deletionTimestamp !== undefined || isBlockedByRule(other)) return [];
  const spokeNamespace = newcomer.present.state.namespace;
  const applied = appliedStates(appliedReplicaSets.of(key), caches);
  const found = observedStates(applied).find(({ state }) => state.namespace === spokeNamespace);
  if (found === undefined) return [];
  const [arrivals, ownArrivals] = [applied, newcomer.applied].map((each) => arrivalsIn(spokeNamespace, each));
  const isOlder = lockPriority(other) < lockPriority(newcomer.deployment);
  const clusters = (newcomer.present.state.clusters ?? []).filter((cluster) => {
    const [theirs, ours] = [arrivals?.get(cluster), ownArrivals?.get(cluster)];
    if (theirs === undefined || ours === undefined) return false;
    return theirs === ours ? isOlder : theirs < ours;
  });
  if (clusters.length === 0) return [];
  return [{ namespace, name, visible: false, state: { ...found.state, clusters }, appliedOn: [] }];
}

/** When the first ManifestWork of a deployment in a namespace was created, by cluster. */
function arrivalsIn(namespace: string, applied: readonly AppliedReplicaSet[]): Map<string, string> {
  const own = new Set(
    containing(
      applied.map(({ replicaSet }) => replicaSet),
      namespace,
    ),
  );
  const arrivals = new Map<string, string>();
  for (const { replicaSet, manifestWorks } of applied) {
    if (!own.has(replicaSet)) continue;
    for (const { metadata } of manifestWorks) {
      if (metadata.deletionTimestamp !== undefined) continue;
      const cluster = metadata.namespace ?? '';
      const created = metadata.creationTimestamp ?? '';
      const known = arrivals.get(cluster);
      if (known === undefined || created < known) arrivals.set(cluster, created);
    }
  }
  return arrivals;
}

function isBlockedByRule({ status }: WorkloadDeployment): boolean {
  const applied = status?.conditions?.find(({ type }) => type === 'Applied');
  return applied?.status === 'False' && isRuleBlock(applied.reason);
}
