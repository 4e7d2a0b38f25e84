/** OCM stand-in (local runs only): owner references of what works put on a spoke. */

import { apiVersionOf, type KubeObject, type OwnerReference } from '../../../../src/api/object.ts';
import { appliedManifestWorks, type AppliedManifestWork } from '../work-kinds.ts';

/** As OCM writes it: no controller, so that several works can own one resource. */
export function ownerReferenceOf({ metadata }: AppliedManifestWork): OwnerReference {
  return {
    apiVersion: apiVersionOf(appliedManifestWorks),
    kind: appliedManifestWorks.kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
  };
}

/** The owners with `owner` added or taken out; the same list where nothing changes. */
export function withOwner(
  owners: readonly OwnerReference[] | undefined,
  owner: OwnerReference,
  owned: boolean,
): readonly OwnerReference[] {
  const list = owners ?? [];
  if (list.some(({ uid }) => uid === owner.uid) === owned) return list;
  return owned ? [...list, owner] : list.filter(({ uid }) => uid !== owner.uid);
}

/**
 * What to do with a resource that the work no longer has: `disown` takes the work out of the owners, because another
 * work owns it too; `wait` means that it is being deleted.
 */
export type Release = 'forget' | 'disown' | 'delete' | 'wait';

/** Decides by the owners that the resource has now: an orphaning rule counts only if it was applied before. */
export function releaseOf(
  recordedUid: string,
  live: Pick<KubeObject, 'metadata'> | undefined,
  owner: OwnerReference,
): Release {
  const owners = live?.metadata.ownerReferences ?? [];
  if (live === undefined || !owners.some(({ uid }) => uid === owner.uid)) return 'forget';
  const others = owners.filter(
    ({ apiVersion, kind, uid }) => apiVersion === owner.apiVersion && kind === owner.kind && uid !== owner.uid,
  );
  if (others.length > 0) return 'disown';
  // Somebody deleted the one that was recorded and made another in its place.
  if (live.metadata.uid !== recordedUid) return 'forget';
  return live.metadata.deletionTimestamp === undefined ? 'delete' : 'wait';
}
