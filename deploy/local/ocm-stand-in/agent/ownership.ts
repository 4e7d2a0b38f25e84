/** OCM stand-in (local runs only): owner references of the resources that ManifestWorks apply on a spoke. */

import { apiVersionOf, type KubeObject, type OwnerReference } from '../../../../src/api/object.ts';
import { appliedManifestWorks, type AppliedManifestWork } from '../work-kinds.ts';

/** As in OCM the owner is not a controller, so that several ManifestWorks can own one resource. */
export function ownerReferenceOf({ metadata }: AppliedManifestWork): OwnerReference {
  return {
    apiVersion: apiVersionOf(appliedManifestWorks),
    kind: appliedManifestWorks.kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
  };
}

/** The owners with or without `owner`. Returns the same array if nothing changes. */
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
 * What to do with a resource that is no longer in the ManifestWork. `disown` removes the ManifestWork from the owners,
 * because another one owns the resource, too. `wait` means that the resource is being deleted. `forget` does nothing.
 */
export type Release = 'forget' | 'disown' | 'delete' | 'wait';

/** The decision depends on the present owners of the resource. So an orphaning rule has an effect only if it was applied. */
export function decideRelease(
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
  // Another client deleted the recorded object and created a new one.
  if (live.metadata.uid !== recordedUid) return 'forget';
  return live.metadata.deletionTimestamp === undefined ? 'delete' : 'wait';
}
