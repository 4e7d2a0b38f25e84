import { isJsonObject, type JsonObject } from '../../api/object.ts';
import { kindsOfUsers } from '../../api/kinds.ts';
import { acknowledgementIn, setsAcknowledgement } from './acknowledgement.ts';
import {
  acknowledgedNamespacesAnnotation,
  acknowledgedRevisionAnnotation,
  allowedHubNamespacesAnnotation,
  allowedSpokeNamespacesAnnotation,
  finalizer,
  revisionAnnotation,
  revisionHashAnnotation,
  topologyRevisionAnnotation,
} from '../annotations.ts';
import { allowedHubNamespacesText } from '../revisions/allowed-hub-namespaces.ts';
import { isBeingDeleted } from './being-deleted.ts';
import type { Facts } from './facts.ts';
import { jsonPatch, type PatchOperation } from '../json/json-patch.ts';
import { withDefaults } from '../spoke/admission-defaults.ts';
import { readTopologyRef, writtenRef } from '../refs/read-ref.ts';
import { withRefText } from '../refs/pinning.ts';
import { referenceFields, type ReferenceField } from '../refs/reference-fields.ts';
import { formatReferenceStamp, lacksHash, readReferenceStamp, stampOf } from '../refs/reference-stamp.ts';
import { resolve } from '../refs/resolution.ts';
import { sameRef } from '../refs/same-ref.ts';
import { readTopologyStamp, topologyStampOf } from '../refs/topology-stamp.ts';
import { stampOfNames } from '../spoke/spoke-namespaces.ts';
import { nextStamp, type Stamp } from '../revisions/revision.ts';
import { parseRef } from '../refs/version-ref.ts';
import type { FoundReference } from '../refs/found-reference.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { pinnedRef, restoredStamp } from './pinned-ref.ts';

/** The object of a request as it has to be stored: with our finalizer and lifecycle defaults, then stamped. */
export function mutated(facts: Facts): UncheckedObject | undefined {
  const { object, kind } = facts.request;
  const known = kindsOfUsers.find(({ resource }) => resource.kind === kind);
  if (object === undefined || known === undefined) return object;
  const complete = withFinalizer(withDefaults(kind, object));
  // The only kind of users without revisions is the one with refs.
  return known.revisioned ? stamped(complete, facts) : withStampedRefs(withStampedRights(complete, facts), facts);
}

/**
 * The object with our finalizer. The API server does not add a finalizer to a terminating object, so it must exist from the
 * start. An update puts it back, because a client-side apply replaces the list if the file has finalizers of its own.
 */
function withFinalizer(object: UncheckedObject): UncheckedObject {
  const { finalizers: given, ...metadata } = object.metadata;
  // Before validation, the finalizers of a file may have any type.
  const present: string[] = Array.isArray(given) ? given : [];
  if (present.includes(finalizer)) return object;
  return { ...object, metadata: { ...metadata, finalizers: [...present, finalizer] } };
}

/**
 * The patch that a request needs. Empty if the object needs no change, so applying it twice changes nothing, and if the object
 * is terminating, because its content must not get the stamp of a revision.
 */
export function mutationPatch(facts: Facts): PatchOperation[] {
  const { object, submitted = object } = facts.request;
  if (isBeingDeleted(facts.request)) return [];
  const after = mutated(facts);
  return submitted === undefined || after === undefined ? [] : jsonPatch(asJson(submitted), asJson(after));
}

function asJson(object: UncheckedObject): JsonObject {
  return object as JsonObject & UncheckedObject;
}

/** The stamp that the object of a request must carry. */
export function wantedStamp(object: UncheckedObject, facts: Facts): Stamp {
  return nextStamp(object, facts.request.oldObject, facts.hash);
}

function stamped(object: UncheckedObject, facts: Facts): UncheckedObject {
  const { revision, hash } = wantedStamp(object, facts);
  return withAnnotations(object, {
    [revisionAnnotation]: String(revision),
    [revisionHashAnnotation]: hash,
    [acknowledgedRevisionAnnotation]: acknowledgedRevision(revision, facts),
    [allowedHubNamespacesAnnotation]: allowedHubNamespacesText(facts.allowedHubNamespaces ?? []),
    [acknowledgedNamespacesAnnotation]: acknowledgedNamespaces(facts),
    [topologyRevisionAnnotation]: facts.request.kind === 'Environment' ? topologyStamp(object, facts) : undefined,
  });
}

/**
 * The stamp of a pinned topology. Like that of a ref, it changes only with the text of the ref, is set by the first request that can
 * resolve the ref, and a new Environment keeps the stamp that it is created with.
 */
function topologyStamp(object: UncheckedObject, facts: Facts): string | undefined {
  const { systemNamespace, topologyReference } = facts;
  const { oldObject } = facts.request;
  const read = readTopologyRef(object.spec, systemNamespace);
  if (read === undefined) return undefined;
  const isSameRef = readTopologyRef(oldObject?.spec, systemNamespace)?.text === read.text;
  const source = oldObject === undefined ? object : isSameRef ? oldObject : undefined;
  const stamp = readTopologyStamp(source?.metadata.annotations?.[topologyRevisionAnnotation], read.ref);
  // The system namespace may have another name where a backup is restored.
  return stamp === undefined
    ? topologyStampOf(topologyReference)
    : formatReferenceStamp({ ...stamp, namespace: systemNamespace });
}

/** The other hub namespaces that an acknowledgement covers: those of the request that sets it, until it changes or is removed. */
function acknowledgedNamespaces({ request, overridableNamespaces = [] }: Facts): string | undefined {
  if (setsAcknowledgement(request)) return stampOfNames(overridableNamespaces);
  if (acknowledgementIn(request.object) === undefined) return undefined;
  return request.oldObject?.metadata.annotations?.[acknowledgedNamespacesAnnotation];
}

/** The deployment with the stamps of what its requester may do. They replace what the client sent. */
function withStampedRights(object: UncheckedObject, facts: Facts): UncheckedObject {
  const { request, spokeNamespaces } = facts;
  const old = request.oldObject?.metadata.annotations?.[allowedSpokeNamespacesAnnotation];
  return withAnnotations(object, {
    [allowedSpokeNamespacesAnnotation]: spokeNamespaces === undefined ? old : stampOfNames(spokeNamespaces.stamped),
    [acknowledgedNamespacesAnnotation]: acknowledgedNamespaces(facts),
  });
}

/** The revision that an acknowledgement was given for: the revision of the request that sets it, until it changes or is removed. */
function acknowledgedRevision(revision: number, { request }: Facts): string | undefined {
  if (setsAcknowledgement(request)) return String(revision);
  if (acknowledgementIn(request.object) === undefined) return undefined;
  return request.oldObject?.metadata.annotations?.[acknowledgedRevisionAnnotation];
}

/** The deployment with stamped refs. If its namespace pins refs, they are pinned first. */
function withStampedRefs(object: UncheckedObject, facts: Facts): UncheckedObject {
  return referenceFields.reduce((before, reference) => {
    const pinned = pinnedRef(reference, facts);
    const { field, requested } = reference;
    const spec = pinned === undefined ? before.spec : withRefText(before.spec ?? {}, field, pinned.text);
    const after = spec === undefined ? before : { ...before, spec };
    return withAnnotations(after, {
      [reference.stamp]: referenceStamp(after, reference, facts),
      [requested]: pinned?.requested,
    });
  }, object);
}

/**
 * A stamp changes only with the text of its ref; a missing stamp is set by the first request that can resolve the ref. A new
 * deployment keeps the stamp that it is created with, if that is the stamp of a pinned ref.
 */
function referenceStamp(object: UncheckedObject, reference: ReferenceField, facts: Facts): string | undefined {
  const { field, stamp, fact } = reference;
  const { oldObject } = facts.request;
  const old = oldObject?.metadata.annotations?.[stamp];
  const written = writtenRef(object.spec, field);
  const parsed = written === undefined ? undefined : parseRef(written.text);
  const found = facts[fact];
  // If this request pinned the ref, the stamp is that of the pinned ref.
  const target = found === undefined || parsed?.ok !== true ? undefined : { ...found, ref: parsed.ref };
  if (old !== undefined && sameRef(object.spec?.[field], oldObject?.spec?.[field])) {
    return target === undefined ? old : withHash(old, target);
  }
  const restored = restoredStamp(reference, facts);
  if (restored !== undefined) return formatReferenceStamp(restored);
  const now = stampOf(target);
  return now === undefined ? undefined : formatReferenceStamp(now);
}

/** The stamp with the hash that an early version of mooring did not write. */
function withHash(text: string, target: FoundReference): string {
  const { ref, history } = target;
  const resolution = history === undefined ? undefined : resolve(ref.selector, history);
  if (resolution?.state !== 'resolved' || !lacksHash(ref.selector, readReferenceStamp(text), resolution)) return text;
  const complete = stampOf(target);
  return complete === undefined ? text : formatReferenceStamp(complete);
}

/** The object with annotations set; `undefined` removes one. */
function withAnnotations(object: UncheckedObject, changes: Record<string, string | undefined>): UncheckedObject {
  const { annotations: present, ...metadata } = object.metadata;
  if (isJsonObject(present) && hasAnnotations(present, changes)) return object;
  // Before validation, the annotations may have any type; a value that is not a map is replaced.
  const unchanged = Object.entries(isJsonObject(present) ? present : {}).filter(
    ([key]) => !Object.hasOwn(changes, key),
  );
  const set = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== undefined);
  // The existing order is kept, so that the patch is small.
  const annotations = Object.fromEntries([...unchanged, ...set]);
  if (Object.keys(annotations).length === 0 && present === undefined) return object;
  return { ...object, metadata: { ...metadata, annotations } };
}

function hasAnnotations(present: JsonObject, wanted: Record<string, string | undefined>): boolean {
  for (const key in wanted) if ((Object.hasOwn(present, key) ? present[key] : undefined) !== wanted[key]) return false;
  return true;
}
