import type { RevisionedKindName } from '../../api/definition-revision.ts';
import type { Condition } from '../../api/object.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { cachedReferrers } from '../../catalog/referrers/cached.ts';
import { usersOf, type DefinitionUser } from '../../catalog/referrers.ts';
import { acknowledgementIn, readAcknowledgement } from '../../domain/admission/acknowledgement.ts';
import { heldCondition } from '../../domain/admission/deletion/held-condition.ts';
import { inUse } from '../../domain/admission/rules/in-use.ts';
import type { Definition } from '../../domain/revisions/definition.ts';
import type { Client } from '../../kube/client/client.ts';
import type { ControllerCaches } from '../caches.ts';
import { liveIndex, type LiveUsesOptions } from './uses.ts';

export interface HoldOptions extends LiveUsesOptions {
  client: Client;
  caches: ControllerCaches;
  catalog: Catalog;
}

/**
 * The condition of a terminating definition that waits for its users; `undefined` if nothing uses it, or if somebody with the right
 * to override acknowledged that it does not wait. That nothing uses it is read live, because a cache may lack a new user.
 */
export async function holdOf(
  kind: RevisionedKindName,
  definition: Definition,
  options: HoldOptions,
): Promise<Condition | undefined> {
  if (readAcknowledgement(acknowledgementIn(definition)).includes(inUse.code)) return undefined;
  const { namespace = '', name } = definition.metadata;
  const users = await findUsers({ kind, namespace, name }, options);
  if (users.length === 0) return undefined;
  return heldCondition(
    namespace,
    users.map(({ kind: ofKind, object: { metadata } }) => {
      return { kind: ofKind, namespace: metadata.namespace ?? '', name: metadata.name };
    }),
  );
}

async function findUsers(target: Parameters<typeof usersOf>[0], options: HoldOptions): Promise<DefinitionUser[]> {
  const { client, caches, catalog } = options;
  const cached = cachedReferrers(caches.deployments, caches.definitions);
  const known = await usersOf(target, { index: cached, catalog });
  if (known.length > 0) return known;
  try {
    return await usersOf(target, { index: liveIndex(client, options), catalog });
  } catch (error) {
    // Without a kind there are no objects of it.
    for (const cache of [caches.deployments, caches.definitions.Environment]) {
      if (await cache.isNotServed(error)) return [];
    }
    throw error;
  }
}
