import type { RevisionedKindName } from '../../api/definition-revision.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { topologyRevisionAnnotation } from '../annotations.ts';
import { readRef, readTopologyRef, stampedNamespace, type ReadRef } from './read-ref.ts';
import { referenceFields } from './reference-fields.ts';
import { readReferenceStamp } from './reference-stamp.ts';
import { readTopologyStamp } from './topology-stamp.ts';
import type { RevisionSelector } from './version-ref.ts';

/** A ref to a revisioned object. */
export interface Use {
  selector: RevisionSelector;
  /** The stamp of the ref: what it resolved to when it was written. Absent if it could not be resolved then. */
  stamped?: { namespace: string; revision: number };
}

/** The object that refs are compared with. */
export interface RefTarget {
  kind: RevisionedKindName;
  namespace: string;
  name: string;
}

/** A ref that names a target, with its stamp. */
export interface RefToTarget extends ReadRef {
  stamped?: { namespace: string; revision: number };
}

/**
 * The ref of a WorkloadDeployment to one object; `undefined` if it has none. A profile may be in the system namespace. If
 * the ref has no stamp yet, both namespaces count, because the ref may resolve to either of them now.
 */
export function refToTarget(
  deployment: UncheckedObject,
  target: RefTarget,
  systemNamespace: string,
): RefToTarget | undefined {
  const reference = referenceFields.find(({ kind }) => kind === target.kind);
  if (reference === undefined) return undefined;
  const { field, stamp } = reference;
  const read = readRef(deployment, field, systemNamespace);
  if (read?.ref.name !== target.name) return undefined;
  const stampedIn = stampedNamespace(deployment.metadata.annotations, field);
  const namespaces = stampedIn === undefined ? read.namespaces : [stampedIn];
  if (!namespaces.includes(target.namespace)) return undefined;
  const stamped = readReferenceStamp(deployment.metadata.annotations?.[stamp]);
  return { ...read, ...(stamped === undefined ? {} : { stamped }) };
}

/** The refs of a WorkloadDeployment to one object, as `refToTarget` finds them; none of a terminating deployment. */
export function usesByDeployment(
  deployment: UncheckedObject,
  kind: RevisionedKindName,
  target: { namespace: string; name: string },
  systemNamespace: string,
): Use[] {
  if (deployment.metadata.deletionTimestamp !== undefined) return [];
  const found = refToTarget(deployment, { kind, ...target }, systemNamespace);
  return found === undefined ? [] : [useOf(found)];
}

/** The parts of a ref that decide which revisions it uses. */
export function useOf({ ref: { selector }, stamped }: Pick<RefToTarget, 'ref' | 'stamped'>): Use {
  return { selector, ...(stamped === undefined ? {} : { stamped }) };
}

/** The ref to a PolicyDefinition of this name by `spec.topology.type`, with the stamp of the Environment, or of a revision of it. */
export function usesByTopology(
  { spec, metadata }: Pick<UncheckedObject, 'metadata' | 'spec'>,
  name: string,
  systemNamespace: string,
): RefToTarget[] {
  const read = readTopologyRef(spec, systemNamespace);
  if (read?.ref.name !== name) return [];
  const stamped = readTopologyStamp(metadata.annotations?.[topologyRevisionAnnotation], read.ref);
  return [{ ...read, ...(stamped === undefined ? {} : { stamped }) }];
}

/** A predicate: whether a use names this revision by its number. */
export function isPinOf(number: number): (use: Use) => boolean {
  return ({ selector }) => selector.kind === 'number' && selector.number === number;
}

/**
 * `Kind/namespace/name` of every object that the refs of a deployment may mean. A stamp is ignored, so a ref to a profile always
 * has both namespaces that the profile may be in.
 */
export function targetsOf({ metadata: { namespace }, spec }: UncheckedObject, systemNamespace: string): string[] {
  return referenceFields.flatMap(({ field, kind }) => {
    const read = readRef({ metadata: { namespace }, spec }, field, systemNamespace);
    return read === undefined ? [] : read.namespaces.map((found) => definitionKeyOf(kind, found, read.ref.name));
  });
}

/** `Kind/namespace/name`. */
export function definitionKeyOf(kind: RevisionedKindName, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}
