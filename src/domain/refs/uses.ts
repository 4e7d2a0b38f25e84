import type { RevisionedKindName } from '../../api/definition-revision.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { readRef, readTopologyRef, stampedNamespace, writtenRef } from './read-ref.ts';
import { referenceFields } from './reference-fields.ts';
import { readReferenceStamp } from './reference-stamp.ts';
import { parseRef, type RevisionSelector } from './version-ref.ts';

/** A ref to a revisioned object. */
export interface Use {
  selector: RevisionSelector;
  /** The stamp of the ref: what it meant when it was written. Absent if it could not be resolved then. */
  stamped?: { namespace: string; revision: number };
}

/**
 * The refs of a WorkloadDeployment to one object; none if the deployment is being deleted. A profile may be in the system
 * namespace: if the ref has no stamp yet, both namespaces count, because it may be resolved meanwhile.
 */
export function usesByDeployment(
  deployment: UncheckedObject,
  kind: RevisionedKindName,
  target: { namespace: string; name: string },
  systemNamespace: string,
): Use[] {
  if (deployment.metadata.deletionTimestamp !== undefined) return [];
  return referenceFields.flatMap(({ field, kind: named, stamp }): Use[] => {
    const read = named === kind ? readRef(deployment, field, systemNamespace) : undefined;
    if (read?.ref.name !== target.name) return [];
    const stampedIn = stampedNamespace(deployment.metadata.annotations, field);
    const namespaces = stampedIn === undefined ? read.namespaces : [stampedIn];
    if (!namespaces.includes(target.namespace)) return [];
    const stamped = readReferenceStamp(deployment.metadata.annotations?.[stamp]);
    return [{ selector: read.ref.selector, ...(stamped === undefined ? {} : { stamped }) }];
  });
}

/** The ref of an Environment to a PolicyDefinition of this name, by `spec.topology.type`. */
export function usesByTopology(type: unknown, name: string): Use[] {
  const spec = typeof type === 'string' ? { topology: { type } } : undefined;
  const read = readTopologyRef(spec, '');
  return read?.ref.name === name ? [{ selector: read.ref.selector }] : [];
}

/** Whether a use names this revision by its plain number. */
export function isPinOf(number: number): (use: Use) => boolean {
  return ({ selector }) => selector.kind === 'number' && selector.number === number;
}

/** `Kind/namespace/name` of every object that the refs of a deployment may mean. */
export function targetsOf(deployment: UncheckedObject, systemNamespace: string): string[] {
  const own = deployment.metadata.namespace ?? '';
  return referenceFields.flatMap(({ field, kind }) => {
    const written = writtenRef(deployment.spec, field);
    const parsed = written === undefined ? undefined : parseRef(written.text);
    if (written === undefined || parsed?.ok !== true) return [];
    const namespaces = new Set([written.namespace ?? own, systemNamespace]);
    return [...namespaces].map((namespace) => `${kind}/${namespace}/${parsed.ref.name}`);
  });
}
