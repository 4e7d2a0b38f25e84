import { workloadDeployments } from '../../api/kinds.ts';
import { apiVersionOf, keyOf, type KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, type ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { isForeign, provenOwner, type NamedOwner } from '../../domain/render/ownership.ts';
import { deploymentOf, deploymentSelector } from '../../domain/render/render-identity.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import type { Requeue } from '../../kube/queue/loop.ts';
import { placementIndexes, replicaSetIndexes, type ControllerCaches } from '../caches.ts';
import { deleteFromHub } from '../delete-from-hub.ts';
import { isInstalled, notInstalled } from '../installation.ts';
import type { KnownOrphans } from './known-orphans.ts';
import type { HubFailure } from '../hub-refusal.ts';
import { listOwned } from '../list-owned.ts';
import { byResource } from '../other-kinds/rendered-kind.ts';
import type { WrittenNamespaces } from '../written-namespaces.ts';
import type { AppliedReplicaSets } from '../deployments/applied-replica-sets.ts';
import type { Release, ReleaseBlock } from '../deployments/release-guard.ts';

export interface OrphanOptions {
  client: Client;
  caches: Pick<ControllerCaches, 'placements' | 'replicaSets' | 'otherKinds'>;
  appliedReplicaSets: Pick<AppliedReplicaSets, 'of' | 'prime' | 'markDeleted'>;
  writtenNamespaces: Pick<WrittenNamespaces, 'forget'>;
  tools: { hash: Hash };
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. */
  installation: string;
  knownOrphans: KnownOrphans;
  /** Why ManifestWorkReplicaSets may not be deleted; `undefined` if they may. */
  releaseBlock: (release: Release) => Promise<ReleaseBlock | undefined>;
}

/** When to try again to delete what is blocked, or what is in a hub namespace that is not open. */
const heldBackoff = { fromMs: 5000, toMs: 30_000 };

/** When to check again for objects that are terminating, in case the watch event of their deletion is missed. */
const terminatingBackoff = { fromMs: 2000, toMs: 120_000 };

/**
 * Deletes what a deployment that does not exist has left on the hub, in the order and under the rules of a normal release. There are
 * such objects if somebody removed the finalizer, or if a create of an earlier leader arrived late. Only what this installation has
 * provably applied is deleted, and only if the API server says that the deployment does not exist.
 */
export async function deleteOrphansOf(key: string, options: OrphanOptions): Promise<void | Requeue> {
  const { client, caches, appliedReplicaSets, installation, knownOrphans, writtenNamespaces } = options;
  const owner = ownerOf(key);
  const isOrphan = (object: KubeObject) => isProven(object, installation);
  const replicaSets = appliedReplicaSets.of(key).filter(isOrphan);
  const ofOtherKinds = caches.otherKinds.flatMap((cache) => cache.ofDeployment(key));
  const others = [...caches.placements.byIndex(placementIndexes.deployment, key), ...ofOtherKinds].filter(isOrphan);
  if (replicaSets.length + others.length === 0) {
    if (knownOrphans.forget(owner)) writtenNamespaces.forget({ kind: 'WorkloadDeployment', key });
    return undefined;
  }
  const waitMs = knownOrphans.msToWait(owner);
  if (waitMs > 0) return { requeueAfterMs: waitMs };
  await appliedReplicaSets.prime(client);
  const live = await getIfPresent(client, workloadDeployments, owner, { metadataOnly: true });
  // The watch event of a deployment that the cache lacks leads to its own reconcile.
  if (live !== undefined) return undefined;
  if (replicaSets.length > 0) return releaseReplicaSets(owner, replicaSets, options);
  return deleteOthers(owner, others, options);
}

async function releaseReplicaSets(
  owner: NamedOwner,
  replicaSets: readonly ManifestWorkReplicaSet[],
  options: OrphanOptions,
): Promise<Requeue> {
  const [first] = replicaSets.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (first === undefined) return { backoff: terminatingBackoff };
  const block = await options.releaseBlock({ owner: standIn(owner, first), replicaSets });
  if (block === undefined) return deleteObjects(owner, replicaSets, options);
  if (block !== 'locked') await options.knownOrphans.reportHeld(owner, first, `${block.reason}: ${block.message}`);
  return { backoff: heldBackoff };
}

/**
 * Deletes Placements and the objects of other kinds once no ManifestWorkReplicaSet refers to the Placements: OCM stops processing one
 * whose Placement is missing.
 */
async function deleteOthers(
  owner: NamedOwner,
  cached: readonly KubeObject[],
  options: OrphanOptions,
): Promise<Requeue> {
  const { client, caches, tools } = options;
  const key = `${owner.namespace}/${owner.name}`;
  const left = await listOwned(client, manifestWorkReplicaSets, {
    namespaces: cached.flatMap(({ metadata }) => metadata.namespace ?? []),
    labelSelector: deploymentSelector(key, tools.hash),
    isOwn: (object) => deploymentOf(object) === key,
    cache: caches.replicaSets,
  });
  const users = cached.flatMap((placement) =>
    caches.replicaSets.byIndex(replicaSetIndexes.placement, keyOf(placement)),
  );
  const [user] = [...left, ...users];
  if (user === undefined) return deleteObjects(owner, cached, options);
  const [first] = cached;
  const why = `ManifestWorkReplicaSet ${keyOf(user)} exists, and OCM needs its Placement`;
  // What this installation has applied is deleted as soon as the cache shows it.
  if (first !== undefined && !isProven(user, options.installation)) {
    await options.knownOrphans.reportHeld(owner, first, why);
  }
  return { backoff: heldBackoff };
}

async function deleteObjects(
  owner: NamedOwner,
  objects: readonly KubeObject[],
  { client, caches, installation, knownOrphans, appliedReplicaSets }: OrphanOptions,
): Promise<Requeue> {
  // A kind that is being removed, or that was installed again, says nothing about deployments.
  const [first] = objects;
  if (!(await isInstalled(client, installation))) {
    if (first !== undefined) await knownOrphans.reportHeld(owner, first, notInstalled);
    return { backoff: heldBackoff };
  }
  const deleted: KubeObject[] = [];
  try {
    let failure: HubFailure | undefined;
    for (const { resource, objects: ofKind } of byResource(objects, caches)) {
      const failed = await deleteFromHub(client, resource, ofKind, (object) => {
        if (resource === manifestWorkReplicaSets) appliedReplicaSets.markDeleted(object);
        deleted.push(object);
      });
      failure ??= failed;
    }
    if (failure !== undefined && first !== undefined) {
      await knownOrphans.reportHeld(owner, first, `${failure.reason}: ${failure.message}`);
      return { backoff: heldBackoff };
    }
    return { backoff: terminatingBackoff };
  } finally {
    await knownOrphans.reportDeleted(owner, deleted);
  }
}

function isProven(object: KubeObject, installation: string): boolean {
  return provenOwner(object)?.kind === 'WorkloadDeployment' && !isForeign(object, installation);
}

/** The owner with a key `namespace/name`. */
function ownerOf(key: string): NamedOwner {
  const [namespace = '', name = ''] = key.split('/');
  return { kind: 'WorkloadDeployment', namespace, name };
}

/** The deployment that does not exist, as far as its age and its name decide about locks and rules. */
function standIn({ kind, namespace, name }: NamedOwner, { metadata: { creationTimestamp } }: KubeObject): KubeObject {
  const created = creationTimestamp === undefined ? {} : { creationTimestamp };
  return { apiVersion: apiVersionOf(workloadDeployments), kind, metadata: { namespace, name, ...created } };
}
