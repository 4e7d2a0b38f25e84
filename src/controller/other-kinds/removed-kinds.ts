import { keyOf, type KubeObject, type Resource } from '../../api/object.ts';
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

interface OtherKinds {
  otherKinds: readonly Pick<OtherKindCache, 'kind' | 'ofDeployment'>[];
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
 * The objects in the status of a deployment whose kind `--topology-kind` names in no version any more. No cache shows them, so each of
 * them is read. One that cannot be read, because the controller has lost the right, is among them. mooring does not delete them: whoever
 * removes a kind from the list decides that mooring must not write it.
 */
export async function leftOfRemovedKinds(
  deployment: WorkloadDeployment,
  { client, caches, sleep = realSleep }: { client: Client; caches: OtherKinds; sleep?: Sleep },
): Promise<OtherObject[]> {
  const listed = deployment.status?.otherObjects ?? [];
  const removed = listed.filter((object) => !isCached(object, caches));
  const kinds = Map.groupBy(removed, nameOfKind);
  const left = [...kinds.values()].map((objects) => leftOfKind(objects, keyOf(deployment), { client, sleep }));
  const found = new Set((await Promise.all(left)).flat());
  return removed.filter((object) => found.has(object));
}

/** Whether a cache shows the objects of a kind. All versions of a kind have the same objects. */
function isCached(object: OtherObject, { otherKinds }: OtherKinds): boolean {
  const { group, kind } = topologyKindOf(object);
  return otherKinds.some(({ kind: cached }) => cached.group === group && cached.kind === kind);
}

/** Those of some objects of one kind that may exist. */
async function leftOfKind(
  objects: readonly OtherObject[],
  key: string,
  { client, sleep }: { client: Client; sleep: Sleep },
): Promise<readonly OtherObject[]> {
  const [first] = objects;
  if (first === undefined) return [];
  const kind = topologyKindOf(first);
  let found = await findKind(client, kind);
  if (found === undefined) {
    await sleep(confirmNotServedMs);
    found = await findKind(client, kind);
  }
  if (found?.state !== 'served') return found === undefined ? [] : objects;
  const { resource } = found;
  const exist = await Promise.all(objects.map((object) => mayExist(object, key, { client, resource })));
  return objects.filter((_, index) => exist[index]);
}

async function mayExist(
  { namespace, name }: OtherObject,
  key: string,
  { client, resource }: { client: Client; resource: Resource },
): Promise<boolean> {
  try {
    const options = { namespace, fieldSelector: `metadata.name=${name}`, metadataOnly: true };
    return (await client.list(resource, options)).items.some((live) => deploymentOf(live) === key);
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
