/** OCM stand-in (local runs only): what OCM's update strategy `Update` makes of a manifest and what is there, pure. */

import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectMeta, OwnerReference } from '../../../../src/api/object.ts';
import { withOwner } from './ownership.ts';

/** Whether the work owns the object that it applies. */
export interface OwnerWish {
  owner: OwnerReference;
  owned: boolean;
}

/** The object to create: the manifest without status and what only a server can know, with its owner. */
export function objectToCreate(manifest: KubeObject, { owner, owned }: OwnerWish): KubeObject {
  const { uid: _uid, resourceVersion: _version, ownerReferences: _owners, ...metadata } = manifest.metadata;
  return {
    ...identityOf(manifest),
    ...bodyOf(manifest),
    metadata: {
      ...metadata,
      ...mergedMap('labels', {}, metadata),
      ...mergedMap('annotations', {}, metadata),
      ...(owned ? { ownerReferences: [owner] } : {}),
    },
  };
}

/**
 * The object to write over `live`, or undefined where it says the same already. Labels, annotations and owners are
 * merged, finalizers stay, the rest is replaced; of a Namespace only the metadata is touched.
 */
export function objectToUpdate(
  manifest: KubeObject,
  live: KubeObject,
  { owner, owned }: OwnerWish,
): KubeObject | undefined {
  const owners = live.metadata.ownerReferences ?? [];
  const nextOwners = withOwner(owners, owner, owned);
  const metadata: ObjectMeta = {
    ...live.metadata,
    ...mergedMap('labels', live.metadata, manifest.metadata),
    ...mergedMap('annotations', live.metadata, manifest.metadata),
    ...(nextOwners === owners ? {} : { ownerReferences: [...nextOwners] }),
  };
  const isNamespace = manifest.apiVersion === 'v1' && manifest.kind === 'Namespace';
  const body = bodyOf(isNamespace ? live : manifest);
  if (isDeepStrictEqual(metadata, live.metadata) && isDeepStrictEqual(body, bodyOf(live))) return undefined;
  return { ...identityOf(manifest), ...body, metadata };
}

function identityOf({ apiVersion, kind }: KubeObject): Pick<KubeObject, 'apiVersion' | 'kind'> {
  return { apiVersion, kind };
}

/** Everything but what identifies the object and its status. */
function bodyOf(object: KubeObject): object {
  const others = ['apiVersion', 'kind', 'metadata', 'status'];
  return Object.fromEntries(Object.entries(object).filter(([key]) => !others.includes(key)));
}

/** One map of the metadata, merged; a wanted key that ends in `-` removes the key before it, as in OCM. */
function mergedMap(
  field: 'labels' | 'annotations',
  existing: Pick<ObjectMeta, 'labels' | 'annotations'>,
  wanted: Pick<ObjectMeta, 'labels' | 'annotations'>,
): Partial<Pick<ObjectMeta, 'labels' | 'annotations'>> {
  const entries = Object.entries(wanted[field] ?? {});
  if (entries.length === 0) return {};
  const removed = new Set(entries.map(([key]) => key).filter((key) => key.endsWith('-')));
  return {
    [field]: Object.fromEntries(
      [...Object.entries(existing[field] ?? {}), ...entries].filter(
        ([key]) => !removed.has(key) && !removed.has(`${key}-`),
      ),
    ),
  };
}
