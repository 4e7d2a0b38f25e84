import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { isJsonObject, keyOf, type KubeObject } from '../../api/object.ts';
import { readReferenceStamp } from './reference-stamp.ts';
import { references } from './pinning.ts';
import { topologyType } from './topology-type.ts';
import { parseRef, type RevisionSelector } from './version-ref.ts';

/** A ref to a revisioned object, and who has it. */
export interface Use {
  /** `WorkloadDeployment namespace/name`. */
  user: string;
  selector: RevisionSelector;
  /** The stamp of what the ref meant when it was written, where there is one. */
  stamped?: { namespace: string; revision: number };
}

const kindsOfFields: Record<(typeof references)[number]['field'], RevisionedKindName> = {
  environmentRef: 'Environment',
  workloadProfileRef: 'WorkloadProfile',
};

interface User extends KubeObject {
  spec?: object;
}

/**
 * The refs of a WorkloadDeployment to one object. A profile may be found in the system namespace: as the stamp says, and
 * without a stamp in either, because the ref may be resolved by now and not stamped yet.
 */
export function usesByDeployment(
  deployment: User,
  kind: RevisionedKindName,
  target: { namespace: string; name: string },
  systemNamespace: string,
): Use[] {
  return references.flatMap(({ field, stamp }): Use[] => {
    if (kindsOfFields[field] !== kind || deployment.metadata.deletionTimestamp !== undefined) return [];
    const ref: unknown = isJsonObject(deployment.spec) ? deployment.spec[field] : undefined;
    if (!isJsonObject(ref) || typeof ref['name'] !== 'string') return [];
    const parsed = parseRef(ref['name']);
    if (!parsed.ok || parsed.ref.name !== target.name) return [];
    const stamped = readReferenceStamp(deployment.metadata.annotations?.[stamp]);
    const own = ref['namespace'] ?? deployment.metadata.namespace;
    const fallback = kind === 'WorkloadProfile' ? [own, systemNamespace] : [own];
    const namespaces = stamped === undefined ? fallback : [stamped.namespace];
    if (!namespaces.includes(target.namespace)) return [];
    const user = `WorkloadDeployment ${keyOf(deployment)}`;
    return [{ user, selector: parsed.ref.selector, ...(stamped === undefined ? {} : { stamped }) }];
  });
}

/** The ref of an Environment to a PolicyDefinition, by its topology. */
export function usesByTopology(environment: KubeObject, type: unknown, name: string): Use[] {
  const read = typeof type === 'string' ? topologyType(type) : undefined;
  if (read?.kind !== 'custom' || read.ref.name !== name) return [];
  return [{ user: `Environment ${keyOf(environment)}`, selector: read.ref.selector }];
}

/** Whether a use names this revision by its plain number. */
export function isPinOf(number: number): (use: Use) => boolean {
  return ({ selector }) => selector.kind === 'number' && selector.number === number;
}

/** `Kind/namespace/name` of all that the refs of a deployment may mean. */
export function targetsOf(deployment: User, systemNamespace: string): string[] {
  const own = deployment.metadata.namespace ?? '';
  return references.flatMap(({ field }) => {
    const ref: unknown = isJsonObject(deployment.spec) ? deployment.spec[field] : undefined;
    if (!isJsonObject(ref) || typeof ref['name'] !== 'string') return [];
    const parsed = parseRef(ref['name']);
    if (!parsed.ok) return [];
    const namespaces = new Set([typeof ref['namespace'] === 'string' ? ref['namespace'] : own, systemNamespace]);
    return [...namespaces].map((namespace) => `${kindsOfFields[field]}/${namespace}/${parsed.ref.name}`);
  });
}
