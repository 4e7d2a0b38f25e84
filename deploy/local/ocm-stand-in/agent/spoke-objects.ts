/** OCM stand-in (local runs only): requests of the work agent for single objects on a spoke. */

import type { KubeObject, OwnerReference, Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { isConflict, mayNotBeServed } from '../../../../src/kube/client/errors.ts';
import { getIfPresent } from '../../../../src/kube/client/get-if-present.ts';
import { withOwner } from './ownership.ts';
import { buildNewObject, mergeObject, type DesiredOwner } from './update-merge.ts';
import type { ManifestToApply } from './work-plan.ts';

/** As in OCM, for objects that change between reading and writing. */
const maxAttempts = 4;

/** Undefined if the object or its kind does not exist. */
export async function findObject(
  client: Client,
  resource: Resource,
  object: KubeObject,
): Promise<KubeObject | undefined> {
  const { namespace, name } = object.metadata;
  try {
    return await getIfPresent(client, resource, { ...(resource.namespaced ? { namespace } : {}), name });
  } catch (error) {
    // As in OCM, any 404 counts.
    if (mayNotBeServed(error)) return undefined;
    throw error;
  }
}

/** Applies one manifest with its update strategy. Returns the object on the spoke. */
export async function applyManifest(
  client: Client,
  { manifest, resource, owned, strategy }: ManifestToApply,
  owner: OwnerReference,
): Promise<KubeObject> {
  const desired = { owner, owned };
  switch (strategy.type) {
    case 'ReadOnly':
      return client.get(resource, manifest.metadata);
    case 'CreateOnly': {
      const live = await findObject(client, resource, manifest);
      return live === undefined
        ? client.create(resource, buildNewObject(manifest, desired))
        : writeOwner(client, resource, live, desired);
    }
    case 'ServerSideApply': {
      const { fieldManager = 'work-agent', force = false } = strategy.serverSideApply ?? {};
      const live = await client.apply(resource, manifest, { fieldManager, force });
      return writeOwner(client, resource, live, desired);
    }
    case 'Update':
      break;
  }
  return updateObject(client, { manifest, resource, desired }, maxAttempts);
}

async function updateObject(
  client: Client,
  task: { manifest: KubeObject; resource: Resource; desired: DesiredOwner },
  attemptsLeft: number,
): Promise<KubeObject> {
  const { manifest, resource, desired } = task;
  const live = await findObject(client, resource, manifest);
  if (live === undefined) return client.create(resource, buildNewObject(manifest, desired));
  const next = mergeObject(manifest, live, desired);
  if (next === undefined) return live;
  try {
    return await client.replace(resource, next);
  } catch (error) {
    if (!isConflict(error) || attemptsLeft <= 1) throw error;
    return updateObject(client, task, attemptsLeft - 1);
  }
}

/** Adds the ManifestWork to the owners of `live` or removes it. Throws a conflict if the object has changed since. */
export async function writeOwner<T extends Pick<KubeObject, 'metadata'>>(
  client: Client,
  resource: Resource,
  live: T,
  { owner, owned }: DesiredOwner,
): Promise<T> {
  const owners = live.metadata.ownerReferences ?? [];
  const next = withOwner(owners, owner, owned);
  if (next === owners) return live;
  const { namespace, name, resourceVersion = '' } = live.metadata;
  const references = next.map((reference) => ({ ...reference }));
  const body = { metadata: { resourceVersion, ownerReferences: references } };
  return client.patch<T>(resource, { namespace, name }, body);
}
