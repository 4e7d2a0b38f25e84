import { revisionedKindNames, type RevisionedKindName } from '../api/definition-revision.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import { listedReferrers } from '../catalog/referrers/listed.ts';
import { usersOf } from '../catalog/referrers.ts';
import { acknowledgementIn, readAcknowledgement } from '../domain/admission/acknowledgement.ts';
import { inUse } from '../domain/admission/rules/in-use.ts';
import type { ObjectStore } from './object-store.ts';
import { offlineCatalog, type OfflineCatalogOptions } from './offline-catalog.ts';

/** When everything is deleted offline, where there is no clock. */
const deletionTimestamp = '1970-01-01T00:00:00Z';

/**
 * Deletes an object as the hub does: a definition in use is terminating until its last user is gone. Definitions that were deleted
 * before are removed as soon as nothing uses them any more.
 */
export async function deleteUnlessUsed(
  object: UncheckedObject,
  store: ObjectStore,
  options: OfflineCatalogOptions,
): Promise<void> {
  if (kindOf(object) === undefined) store.remove(object);
  else store.put({ ...object, metadata: { ...object.metadata, deletionTimestamp } });
  let removed = true;
  // The last user of a topology may be an Environment that is deleted with its own last user.
  while (removed) {
    removed = false;
    for (const candidate of store.list().filter((each) => each.metadata.deletionTimestamp === deletionTimestamp)) {
      if (await isUsed(candidate, store, options)) continue;
      store.remove(candidate);
      removed = true;
    }
  }
}

async function isUsed(object: UncheckedObject, store: ObjectStore, options: OfflineCatalogOptions): Promise<boolean> {
  const kind = kindOf(object);
  if (kind === undefined || readAcknowledgement(acknowledgementIn(object)).includes(inUse.code)) return false;
  const { namespace = '', name } = object.metadata;
  const index = listedReferrers(options.systemNamespace, () => store.list());
  const users = await usersOf({ kind, namespace, name }, { index, catalog: offlineCatalog(store, options) });
  return users.length > 0;
}

function kindOf({ kind }: UncheckedObject): RevisionedKindName | undefined {
  return revisionedKindNames.find((name) => name === kind);
}
