import { peersOf, type DeploymentChange, type Peer } from '../../spoke/change.ts';
import { couldMeet, mayMeet, namedClusters } from '../../spoke/meeting.ts';
import { differingFields } from '../../spoke/namespace-metadata.ts';
import type { SpokeState } from '../../spoke/spoke-state.ts';
import type { ChangeProblem } from '../deployment-change-rule.ts';
import { topologyFieldPath } from '../lifecycle-field-path.ts';
import { limitFindings, type Finding, type Rule } from '../rule.ts';
import { joinNames, messageFor, onClusters, otherObject } from '../wording.ts';

/**
 * Two deployments create one Namespace with different values: each work agent run sets those of the work that it applies. What already
 * differs is not reported, because that would stop all updates of both.
 */
export const namespaceMetadataConflict: Rule = {
  code: 'NamespaceMetadataConflict',
  summary:
    'Two deployments create the same namespace on the spokes, and give one of its labels or annotations different values: the value alternates, also that of a label of Pod Security.',
  remedy:
    'Give both deployments the same value, leave it out in one of them, or use another namespace for one of them.',
  kinds: ['Environment', 'WorkloadDeployment', 'PolicyDefinition'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission', 'apply'],
  overridable: true,
  find({ request, changes = [], metadataChange }) {
    const all = metadataChange === undefined ? changes : [...changes, metadataChange];
    const path = topologyFieldPath(request, 'spec.workload.namespaceMetadata');
    return limitFindings(
      all.flatMap((change) =>
        conflictsIn(change).map(({ hiddenMessage, message, about = [], ...finding }): Finding => ({
          ...finding,
          path,
          about: [...new Set([change.deployment.namespace, ...about])],
          message: messageFor(request, change.deployment, { message, hiddenMessage }),
        })),
      ),
    );
  },
};

function conflictsIn(change: DeploymentChange): Omit<ChangeProblem, 'path'>[] {
  const { desired, observed, namespaceMetadata, isInitialWait = false } = change;
  if (desired === undefined || namespaceMetadata === undefined) return [];
  const { now, before } = namespaceMetadata;
  return peersOf(change).flatMap((peer) => {
    const { namespaceMetadata: theirs, state } = peer;
    if (theirs === undefined || !createSame(desired, state)) return [];
    const meet = mayMeet(change, desired, peer);
    const met =
      observed !== undefined && createSame(observed, peer.observed ?? state) && couldMeet(change, observed, peer);
    const known = new Set(met && before !== undefined ? differingFields(before, theirs) : []);
    const fields = differingFields(now, theirs).filter((field) => !known.has(field));
    if (fields.length === 0) return [];
    return [
      {
        message: describe(change, desired, peer, fields),
        hiddenMessage: 'another WorkloadDeployment gives its namespace other labels or annotations',
        severity: meet && !isInitialWait ? 'deny' : 'warn',
        about: [peer.namespace],
      } as const,
    ];
  });
}

/** Whether both create the same Namespace; if a lifecycle is not known, it may. */
function createSame(one: SpokeState, other: SpokeState): boolean {
  const creates = ({ lifecycle }: SpokeState) => lifecycle?.spokeNamespace.create !== false;
  return one.namespace === other.namespace && creates(one) && creates(other);
}

function describe(change: DeploymentChange, desired: SpokeState, peer: Peer, fields: readonly string[]): string {
  const other = otherObject('WorkloadDeployment', peer);
  // Where the requester may not see the other deployment, its values must not be found out one by one.
  const what = peer.visible ? joinNames(fields) : 'a label or annotation';
  const where = onClusters(namedClusters(change, desired, peer));
  return `Namespace ${desired.namespace} is shared${where}: ${other} gives it another value of ${what}, so the value would alternate; use the same value, or leave it out in one of them`;
}
