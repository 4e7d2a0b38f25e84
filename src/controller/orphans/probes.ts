import { environments } from '../../api/kinds.ts';
import { placements } from '../../api/ocm.ts';
import type { KubeObject } from '../../api/object.ts';
import { isForeign, provenOwner, type NamedOwner } from '../../domain/render/ownership.ts';
import { isProbe } from '../../domain/render/render-identity.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import type { Requeue } from '../../kube/queue/loop.ts';
import { placementIndexes, type ControllerCaches } from '../caches.ts';
import { deleteFromHub } from '../delete-from-hub.ts';
import { isInstalled, notInstalled } from '../installation.ts';
import type { KnownOrphans } from './known-orphans.ts';
import type { WrittenNamespaces } from '../written-namespaces.ts';

export interface OrphanedProbeOptions {
  client: Client;
  caches: Pick<ControllerCaches, 'placements'>;
  writtenNamespaces: Pick<WrittenNamespaces, 'forget'>;
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. */
  installation: string;
  knownOrphans: KnownOrphans;
}

/** When to try again to delete a probe in a hub namespace that is not open. */
const heldBackoff = { fromMs: 5000, toMs: 30_000 };

/**
 * Deletes the probe Placements of an Environment that does not exist: only what this installation has provably applied, and only if
 * the API server says that the Environment does not exist.
 */
export async function deleteOrphanedProbes(
  environment: { namespace: string; name: string },
  { client, caches, writtenNamespaces, installation, knownOrphans }: OrphanedProbeOptions,
): Promise<void | Requeue> {
  const owner: NamedOwner = { kind: 'Environment', ...environment };
  const key = `${owner.namespace}/${owner.name}`;
  const isOrphan = (object: KubeObject) =>
    isProbe(object) && provenOwner(object)?.kind === 'Environment' && !isForeign(object, installation);
  const probes = caches.placements.byIndex(placementIndexes.environment, key).filter(isOrphan);
  if (probes.length === 0) {
    if (knownOrphans.forget(owner)) writtenNamespaces.forget({ kind: 'Environment', key });
    return undefined;
  }
  const waitMs = knownOrphans.msToWait(owner);
  if (waitMs > 0) return { requeueAfterMs: waitMs };
  const live = await getIfPresent(client, environments, owner, { metadataOnly: true });
  if (live !== undefined) return undefined;
  const [first] = probes;
  if (!(await isInstalled(client, installation))) {
    if (first !== undefined) await knownOrphans.reportHeld(owner, first, notInstalled);
    return { backoff: heldBackoff };
  }
  const deleted: KubeObject[] = [];
  try {
    const failure = await deleteFromHub(client, placements, probes, (object) => deleted.push(object));
    if (failure === undefined || first === undefined) return undefined;
    await knownOrphans.reportHeld(owner, first, `${failure.reason}: ${failure.message}`);
    return { backoff: heldBackoff };
  } finally {
    await knownOrphans.reportDeleted(owner, deleted);
  }
}
