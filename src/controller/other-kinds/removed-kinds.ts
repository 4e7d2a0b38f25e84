import { keyOf, type KubeObject } from '../../api/object.ts';
import type { OtherObject, WorkloadDeployment } from '../../api/workload-deployment.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
import { nameOfKind, topologyKindOf } from '../../domain/render/topology-kind.ts';
import type { ApplyStep } from '../../domain/status/deployment-outcome.ts';
import { listNames } from '../../domain/status/deployment-status.ts';
import type { Client } from '../../kube/client/client.ts';
import { findKind } from '../../kube/client/discovery.ts';
import { ApiError } from '../../kube/client/errors.ts';
import { sleep as realSleep, type Sleep } from '../../kube/sleep.ts';
import type { HubFailure } from '../hub-refusal.ts';
import type { OtherKindCache } from './other-kind-cache.ts';
import { otherKindOf } from './rendered-kind.ts';

interface OtherKinds {
  otherKinds: readonly Pick<OtherKindCache, 'name' | 'ofDeployment'>[];
}

/** Ms between the two times that the discovery has to say that a kind is not served. */
const confirmNotServedMs = 2000;

/** The objects of a deployment that a cache shows and whose kind `--topology-kind` names. */
function cachedObjects(deployment: KubeObject, { otherKinds }: OtherKinds): OtherObject[] {
  const found = otherKinds.flatMap((cache) => cache.ofDeployment(keyOf(deployment)));
  return found.map(({ apiVersion, kind, metadata: { namespace = '', name } }) => ({
    apiVersion,
    kind,
    namespace,
    name,
  }));
}

/** What the status lists as `otherObjects`: what the caches show, and `left`. */
export function otherObjectsOf(
  deployment: KubeObject,
  caches: OtherKinds,
  left: readonly OtherObject[],
): OtherObject[] {
  const sortKey = ({ apiVersion, kind, namespace, name }: OtherObject) => [kind, namespace, name, apiVersion].join('/');
  return [...cachedObjects(deployment, caches), ...left].toSorted((one, other) =>
    sortKey(one) < sortKey(other) ? -1 : 1,
  );
}

/**
 * The objects in the status of a deployment whose kind `--topology-kind` does not name any more. No cache shows them, so each of them is
 * read. One that cannot be read, because the controller has lost the right, is among them. mooring does not delete them: whoever removes
 * a kind from the list decides that mooring must not write it.
 */
export async function leftOfRemovedKinds(
  deployment: WorkloadDeployment,
  { client, caches, sleep = realSleep }: { client: Client; caches: OtherKinds; sleep?: Sleep },
): Promise<OtherObject[]> {
  const listed = deployment.status?.otherObjects ?? [];
  const removed = listed.filter((object) => otherKindOf(object, caches) === undefined);
  const exist = await Promise.all(removed.map((object) => mayExist(client, object, keyOf(deployment), sleep)));
  return removed.filter((_, index) => exist[index]);
}

async function mayExist(client: Client, object: OtherObject, key: string, sleep: Sleep): Promise<boolean> {
  const kind = topologyKindOf(object);
  let found = await findKind(client, kind);
  if (found === undefined) {
    await sleep(confirmNotServedMs);
    found = await findKind(client, kind);
  }
  if (found?.state !== 'served') return found !== undefined;
  const { namespace, name } = object;
  try {
    const options = { namespace, fieldSelector: `metadata.name=${name}`, metadataOnly: true };
    return (await client.list(found.resource, options)).items.some((live) => deploymentOf(live) === key);
  } catch (error) {
    if (error instanceof ApiError && error.code === 403) return true;
    throw error;
  }
}

/** Why objects stay on the hub whose kind is not allowed any more. */
export function removedKindsBlock(left: readonly OtherObject[]): HubFailure | undefined {
  if (left.length === 0) return undefined;
  const names = listNames(left.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`));
  const flags = [...new Set(left.map((object) => `--topology-kind ${nameOfKind(object)}`))].join(' ');
  return {
    reason: 'KindNotAllowed',
    message: `${names} on the hub: mooring may not delete it, because ${flags} was removed; use the option again until it is gone, or delete it with kubectl, for which mooring needs the right to list its kind`,
  };
}

/** A step after which objects of removed kinds are left: it is not done. */
export function withRemovedKinds(step: ApplyStep, left: readonly OtherObject[]): ApplyStep {
  const block = removedKindsBlock(left);
  if (block === undefined || (step.kind !== 'done' && step.kind !== 'pruning')) return step;
  const { replicaSets, progress, unreportedSince } = step;
  const reported = { replicaSets, progress, ...(unreportedSince === undefined ? {} : { unreportedSince }) };
  return { kind: 'blocked', write: 'prune', block, ...reported };
}
