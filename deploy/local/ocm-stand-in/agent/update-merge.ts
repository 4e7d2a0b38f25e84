/** OCM stand-in (local runs only): OCM's update strategy `Update`, which merges a manifest and the existing object. */

import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectMeta, OwnerReference } from '../../../../src/api/object.ts';
import { withOwner } from './ownership.ts';

/** Whether `owner` should be an owner of the object. */
export interface DesiredOwner {
  owner: OwnerReference;
  owned: boolean;
}

/** The object to create: the manifest with the owner, and without status and fields that the API server sets. */
export function buildNewObject(manifest: KubeObject, { owner, owned }: DesiredOwner): KubeObject {
  const { uid: _uid, resourceVersion: _version, ownerReferences: _owners, ...metadata } = manifest.metadata;
  return {
    ...pickIdentity(manifest),
    ...pickBody(manifest),
    metadata: {
      ...metadata,
      ...mergeMap('labels', {}, metadata),
      ...mergeMap('annotations', {}, metadata),
      ...(owned ? { ownerReferences: [owner] } : {}),
    },
  };
}

/**
 * The object that replaces `live`. Undefined if there is no difference. Labels, annotations and owners are merged, finalizers
 * stay, and other fields are replaced. Of a Namespace only the metadata changes.
 */
export function mergeObject(
  manifest: KubeObject,
  live: KubeObject,
  { owner, owned }: DesiredOwner,
): KubeObject | undefined {
  const owners = live.metadata.ownerReferences ?? [];
  const nextOwners = withOwner(owners, owner, owned);
  const metadata: ObjectMeta = {
    ...live.metadata,
    ...mergeMap('labels', live.metadata, manifest.metadata),
    ...mergeMap('annotations', live.metadata, manifest.metadata),
    ...(nextOwners === owners ? {} : { ownerReferences: [...nextOwners] }),
  };
  const isNamespace = manifest.apiVersion === 'v1' && manifest.kind === 'Namespace';
  const body = pickBody(isNamespace ? live : manifest);
  if (isDeepStrictEqual(metadata, live.metadata) && isDeepStrictEqual(body, pickBody(live))) return undefined;
  return { ...pickIdentity(manifest), ...body, metadata };
}

function pickIdentity({ apiVersion, kind }: KubeObject): Pick<KubeObject, 'apiVersion' | 'kind'> {
  return { apiVersion, kind };
}

/** All fields except apiVersion, kind, metadata and status. */
function pickBody(object: KubeObject): object {
  const others = ['apiVersion', 'kind', 'metadata', 'status'];
  return Object.fromEntries(Object.entries(object).filter(([key]) => !others.includes(key)));
}

/** Merges the labels or the annotations. As in OCM, a key with `-` at its end removes the key without it. */
function mergeMap(
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
