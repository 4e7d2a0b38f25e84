import type { RevisionedKindName } from '../api/definition-revision.ts';
import { isJsonObject, type JsonObject } from '../api/object.ts';
import { workloadProfileRevisionAnnotation } from '../domain/annotations.ts';
import { profileNamespaces } from '../catalog/catalog.ts';
import { readReferenceStamp } from '../domain/refs/reference-stamp.ts';
import { topologyType } from '../domain/refs/topology-type.ts';
import { parseRef, type VersionRef } from '../domain/refs/version-ref.ts';
import type { Definition } from '../domain/revisions/definition.ts';

/** A ref that can be read. */
export interface ReadReference {
  /** As it is written. */
  text: string;
  ref: VersionRef;
  /** Where it is looked up; the first of these that has the object wins. */
  namespaces: string[];
}

/** The ref of a WorkloadDeployment to an object of a kind. */
export function deploymentReference(
  kind: Exclude<RevisionedKindName, 'PolicyDefinition'>,
  { metadata, spec }: Definition,
  systemNamespace: string,
): ReadReference | undefined {
  const given = spec?.[kind === 'Environment' ? 'environmentRef' : 'workloadProfileRef'];
  if (!isJsonObject(given) || typeof given['name'] !== 'string') return undefined;
  const parsed = parseRef(given['name']);
  if (!parsed.ok) return undefined;
  const asked = given['namespace'];
  const namespace = typeof asked === 'string' && asked !== '' ? asked : (metadata.namespace ?? '');
  const stamp = readReferenceStamp(metadata.annotations?.[workloadProfileRevisionAnnotation]);
  const namespaces =
    kind === 'Environment' ? [namespace] : profileNamespaces(namespace, systemNamespace, stamp?.namespace);
  return { text: given['name'], ref: parsed.ref, namespaces };
}

/** The ref to a PolicyDefinition in the spec of an Environment; `undefined` where the topology is built in. */
export function topologyReference(spec: JsonObject | undefined, systemNamespace: string): ReadReference | undefined {
  const topology = spec?.['topology'];
  const text = isJsonObject(topology) ? topology['type'] : undefined;
  if (typeof text !== 'string') return undefined;
  const type = topologyType(text);
  return type.kind === 'custom' ? { text, ref: type.ref, namespaces: [systemNamespace] } : undefined;
}
