import type { RevisionedKindName } from '../api/definition-revision.ts';
import type { KubeObject, ObjectMeta } from '../api/object.ts';
import {
  contentBytesAnnotation,
  retiringAnnotation,
  revisionHashAnnotation,
  revisionLabels,
  topologyAnnotation,
  topologyRevisionAnnotation,
} from '../domain/annotations.ts';
import type { KnownRevision } from '../domain/refs/resolution.ts';
import { readAllowedHubNamespaces } from '../domain/revisions/allowed-hub-namespaces.ts';
import { readSpecSince } from '../domain/revisions/spec-since.ts';
import { topologyType } from '../domain/refs/topology-type.ts';

/** The uid of the object that a DefinitionRevision belongs to. */
export function ownerUid(metadata: ObjectMeta): string | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid;
}

/**
 * Whether a DefinitionRevision of this kind and name belongs to the object with this uid. One that was restored from a backup has no
 * owner until the controller sets it.
 */
export function isRevisionOf(metadata: ObjectMeta, uid: string | undefined): boolean {
  return isWithoutOwner(metadata) || ownerUid(metadata) === uid;
}

/** Whether a DefinitionRevision has no owner yet, because it was restored from a backup. */
export function isWithoutOwner({ ownerReferences = [] }: ObjectMeta): boolean {
  return ownerReferences.length === 0;
}

/** Reads a revision from the metadata of its DefinitionRevision; `undefined` if that is terminating, or its labels are not valid. */
export function knownRevision({ metadata }: KubeObject): KnownRevision | undefined {
  const revision = Number(metadata.labels?.[revisionLabels.revision]);
  if (!Number.isSafeInteger(revision) || revision < 1 || metadata.deletionTimestamp !== undefined) return undefined;
  const version = metadata.labels?.[revisionLabels.version];
  const hash = metadata.annotations?.[revisionHashAnnotation];
  return {
    revision,
    ...(version === undefined ? {} : { version }),
    ...(hash === undefined ? {} : { hash }),
    ...annotatedFields(metadata),
    ...specSinceField(metadata, revision),
  };
}

function specSinceField(metadata: ObjectMeta, revision: number): Pick<KnownRevision, 'specSince'> {
  const specSince = readSpecSince(metadata, revision);
  return specSince === undefined ? {} : { specSince };
}

/** What the annotations of a DefinitionRevision say about the revision, besides the hash. */
export function annotatedFields(
  metadata: ObjectMeta,
): Pick<KnownRevision, 'retiring' | 'hubNamespaces' | 'topologyStamp' | 'bytes'> {
  const retiring = metadata.annotations?.[retiringAnnotation] !== undefined;
  const hubNamespaces = readAllowedHubNamespaces(metadata);
  const topologyStamp = metadata.annotations?.[topologyRevisionAnnotation];
  const bytes = recordedBytes({ metadata });
  return {
    ...(retiring ? { retiring } : {}),
    ...(hubNamespaces.length === 0 ? {} : { hubNamespaces }),
    ...(topologyStamp === undefined ? {} : { topologyStamp }),
    ...(bytes === 0 ? {} : { bytes }),
  };
}

/** The bytes of the recorded content. Revisions of a release that did not note the size count as 0: they are pruned by their number. */
export function recordedBytes({ metadata }: Pick<KubeObject, 'metadata'>): number {
  const bytes = Number(metadata.annotations?.[contentBytesAnnotation]);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0;
}

/** The label selector for the DefinitionRevisions of a kind and a name; `ownerUid` tells which object they belong to. */
export function revisionSelector(kind: RevisionedKindName, name: string): string {
  return `${revisionLabels.kind}=${kind},${revisionLabels.name}=${name}`;
}

/** `kind/namespace/name` of the object that a DefinitionRevision records: the key of an index over revisions. */
export function recordedKey({ metadata }: KubeObject): string[] {
  const { labels = {}, namespace = '' } = metadata;
  const kind = labels[revisionLabels.kind];
  const name = labels[revisionLabels.name];
  return kind === undefined || name === undefined ? [] : [`${kind}/${namespace}/${name}`];
}

/** The name of the topology of a recorded revision of an Environment, without the revision of the topology. */
export function recordedTopology({ metadata }: KubeObject): string[] {
  return topologyNameIn(metadata.annotations?.[topologyAnnotation]);
}

/** The name of the PolicyDefinition that a `spec.topology.type` means; empty for a topology that is built in, and for an invalid type. */
export function topologyNameIn(type: unknown): string[] {
  const read = typeof type === 'string' ? topologyType(type) : undefined;
  return read?.kind === 'custom' ? [read.ref.name] : [];
}
