import { isJsonObject, type JsonObject } from '../../api/object.ts';
import { topologyOf } from '../json/fields.ts';
import { referenceFields, type ReferenceField } from './reference-fields.ts';
import { readReferenceStamp } from './reference-stamp.ts';
import { topologyType } from './topology-type.ts';
import { parseRef, type VersionRef } from './version-ref.ts';

/** A ref as it is written in a spec. */
export interface WrittenRef {
  /** `primary@v1.3`; not parsed yet. */
  text: string;
  /** Absent if the ref has no namespace or an empty one: both mean the namespace of the object with the ref. */
  namespace?: string;
}

/** A ref and the namespaces in which it is looked up. */
export interface RefLookup {
  /** The ref as it is written. */
  text: string;
  /** In the order in which they are searched. The first one that has the object is used. */
  namespaces: string[];
}

/** A ref that could be parsed. */
export interface ReadRef extends RefLookup {
  ref: VersionRef;
}

/** The part of a WorkloadDeployment that its refs depend on. */
export interface DeploymentWithRefs {
  metadata: { namespace?: string | undefined; annotations?: Record<string, string> | undefined };
  spec?: JsonObject | undefined;
}

/** The ref in a field of a spec; `undefined` if the field does not have the shape of a ref. */
export function writtenRef(spec: JsonObject | undefined, field: ReferenceField['field']): WrittenRef | undefined {
  const ref = spec?.[field];
  if (!isJsonObject(ref) || typeof ref['name'] !== 'string') return undefined;
  const { name: text, namespace } = ref;
  return typeof namespace === 'string' && namespace !== '' ? { text, namespace } : { text };
}

/** Where the ref of a WorkloadDeployment is looked up; `undefined` if the field does not have the shape of a ref. */
export function refLookup(
  { metadata, spec }: DeploymentWithRefs,
  field: ReferenceField['field'],
  systemNamespace: string,
): RefLookup | undefined {
  const written = writtenRef(spec, field);
  if (written === undefined) return undefined;
  const namespace = written.namespace ?? metadata.namespace ?? '';
  if (field === 'environmentRef') return { text: written.text, namespaces: [namespace] };
  // A ref resolves to the same namespace until its text changes, even if a profile is created in the local namespace.
  const stamped = stampedNamespace(metadata.annotations, field);
  return { text: written.text, namespaces: profileNamespaces(namespace, systemNamespace, stamped) };
}

/** The ref of a WorkloadDeployment; `undefined` if the field does not have the shape of a ref, or cannot be parsed. */
export function readRef(
  deployment: DeploymentWithRefs,
  field: ReferenceField['field'],
  systemNamespace: string,
): ReadRef | undefined {
  const lookup = refLookup(deployment, field, systemNamespace);
  const parsed = lookup === undefined ? undefined : parseRef(lookup.text);
  return lookup === undefined || parsed?.ok !== true ? undefined : { ...lookup, ref: parsed.ref };
}

/** The ref to a PolicyDefinition in the spec of an Environment; `undefined` if the topology is built in, or cannot be parsed. */
export function readTopologyRef(spec: JsonObject | undefined, systemNamespace: string): ReadRef | undefined {
  const text = topologyOf({ spec })['type'];
  if (typeof text !== 'string') return undefined;
  const type = topologyType(text);
  return type.kind === 'custom' ? { text, ref: type.ref, namespaces: [systemNamespace] } : undefined;
}

/** Where a profile is looked up: in the namespace of the stamp; without a stamp, in `own` and then in the system namespace. */
export function profileNamespaces(own: string, systemNamespace: string, stamped: string | undefined): string[] {
  if (stamped !== undefined) return [stamped];
  return own === systemNamespace ? [own] : [own, systemNamespace];
}

/** The namespace that a ref was resolved to when its text was last changed; `undefined` if it has no stamp. */
export function stampedNamespace(
  annotations: Record<string, string> | undefined,
  field: ReferenceField['field'],
): string | undefined {
  const reference = referenceFields.find((each) => each.field === field);
  return reference === undefined ? undefined : readReferenceStamp(annotations?.[reference.stamp])?.namespace;
}
