import { crdNameOf, customResourceDefinitions } from '../../api/crd.ts';
import { workloadDeployments } from '../../api/kinds.ts';
import { accountOf, installNamespace } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import { deleteWorkloadsAnnotation } from '../../domain/annotations.ts';
import { isRuleBlock, type ReleaseBlockReason } from '../../domain/applied-reasons.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import type { ApplyGuard } from './apply-guard.ts';
import { lockPriority, type AcquireLocks } from './locks.ts';

/** Why the objects of a deleted deployment stay on the hub. `locked`: another deployment holds a lock; a wake-up follows. */
export type ReleaseBlock = 'locked' | { reason: ReleaseBlockReason; message: string };

/** What is released: ManifestWorkReplicaSets, and the deployment that has them, or had them before it was lost. */
export interface Release {
  owner: KubeObject;
  replicaSets: readonly ManifestWorkReplicaSet[];
}

export interface ReleaseGuardOptions {
  client: Client;
  guard: Pick<ApplyGuard, 'appliedNamespaces' | 'isInformedForRelease' | 'violationsOfRelease'>;
}

/** It names no other deployment: who reads the status may have no access to it. */
const notInformed: ReleaseBlock = {
  reason: 'CachesNotCurrent',
  message:
    'the controller does not see yet everything that is applied in the same namespaces on the spokes; it compares again in some seconds',
};

const crdName = crdNameOf(workloadDeployments);

/**
 * Decides whether the objects of a deleted deployment may be deleted from the hub. The webhook has admitted the deletion, but its
 * caches may have lacked a deployment in the same namespace, and the deletion of a CustomResourceDefinition deletes all deployments
 * without admission.
 */
export async function releaseBlockOf(
  { owner, replicaSets }: Release,
  acquire: AcquireLocks,
  { client, guard }: ReleaseGuardOptions,
): Promise<ReleaseBlock | undefined> {
  // Nothing else may be applied in these namespaces between the decision and the deletion.
  if (!acquire(lockPriority(owner), guard.appliedNamespaces(owner))) return 'locked';
  const crd = await getIfPresent(client, customResourceDefinitions, { name: crdName }, { metadataOnly: true });
  if (crd?.metadata.deletionTimestamp !== undefined && !isDeletionOfWorkloadsConfirmed(crd)) {
    return { reason: 'UninstallNotConfirmed', message: uninstallMessage(crd) };
  }
  if (!(await guard.isInformedForRelease(owner, replicaSets))) return notInformed;
  const denials = await guard.violationsOfRelease(owner, replicaSets);
  const [first] = denials;
  if (first === undefined) return undefined;
  if (!isRuleBlock(first.code)) throw new TypeError(`rule ${first.code} is not enforced at apply`);
  return { reason: first.code, message: denials.map(({ message }) => message).join('\n') };
}

function isDeletionOfWorkloadsConfirmed({ metadata: { annotations, uid } }: KubeObject): boolean {
  return annotations?.[deleteWorkloadsAnnotation] === uid;
}

function uninstallMessage({ metadata: { uid = '' } }: KubeObject): string {
  const stop = `kubectl scale deployment ${accountOf('controller')} -n ${installNamespace} --replicas=0`;
  return [
    `CustomResourceDefinition ${crdName} is being deleted, which deletes all WorkloadDeployments; everything on the spokes stays`,
    `to keep the workloads: ${stop}, then mooring uninstall --yes; a new installation takes them over after mooring import`,
    `to delete the workloads too: mooring uninstall --yes --delete-workloads, or kubectl annotate crd ${crdName} ${deleteWorkloadsAnnotation}=${uid}`,
  ].join('\n');
}
