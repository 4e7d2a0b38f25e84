/** OCM stand-in (local runs only): what its work agent does to single objects on a spoke. */

import type { KubeObject, OwnerReference, Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { isConflict, isNotFound } from '../../../../src/kube/client/errors.ts';
import { withOwner } from './ownership.ts';
import { objectToCreate, objectToUpdate, type OwnerWish } from './update-merge.ts';
import type { ManifestToApply } from './work-plan.ts';

/** OCM's attempts when the object changes between reading and writing it. */
const attempts = 4;

/** The object, or undefined if there is none. */
export async function find(client: Client, resource: Resource, object: KubeObject): Promise<KubeObject | undefined> {
  const { namespace, name } = object.metadata;
  try {
    return await client.get(resource, { ...(resource.namespaced ? { namespace } : {}), name });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Brings one manifest to the spoke by its update strategy; resolves to what is there then. */
export async function applyManifest(
  client: Client,
  { manifest, resource, owned, strategy }: ManifestToApply,
  owner: OwnerReference,
): Promise<KubeObject> {
  const wish = { owner, owned };
  switch (strategy.type) {
    case 'ReadOnly':
      return client.get(resource, manifest.metadata);
    case 'CreateOnly': {
      const live = await find(client, resource, manifest);
      return live === undefined
        ? client.create(resource, objectToCreate(manifest, wish))
        : writeOwner(client, resource, live, wish);
    }
    case 'ServerSideApply': {
      const { fieldManager = 'work-agent', force = false } = strategy.serverSideApply ?? {};
      const live = await client.apply(resource, manifest, { fieldManager, force });
      return writeOwner(client, resource, live, wish);
    }
    case 'Update':
      break;
  }
  return update(client, { manifest, resource, wish }, attempts);
}

async function update(
  client: Client,
  task: { manifest: KubeObject; resource: Resource; wish: OwnerWish },
  attemptsLeft: number,
): Promise<KubeObject> {
  const { manifest, resource, wish } = task;
  const live = await find(client, resource, manifest);
  if (live === undefined) return client.create(resource, objectToCreate(manifest, wish));
  const next = objectToUpdate(manifest, live, wish);
  if (next === undefined) return live;
  try {
    return await client.replace(resource, next);
  } catch (error) {
    if (!isConflict(error) || attemptsLeft <= 1) throw error;
    return update(client, task, attemptsLeft - 1);
  }
}

/** Adds the work to the owners of `live`, or takes it out; a conflict if that is no longer what is there. */
export async function writeOwner<T extends Pick<KubeObject, 'metadata'>>(
  client: Client,
  resource: Resource,
  live: T,
  { owner, owned }: OwnerWish,
): Promise<T> {
  const owners = live.metadata.ownerReferences ?? [];
  const next = withOwner(owners, owner, owned);
  if (next === owners) return live;
  const { namespace, name, resourceVersion = '' } = live.metadata;
  const references = next.map((reference) => ({ ...reference }));
  const body = { metadata: { resourceVersion, ownerReferences: references } };
  return client.patch<T>(resource, { namespace, name }, body);
}
