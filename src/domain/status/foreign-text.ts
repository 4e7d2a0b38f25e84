import type { ResolvedReference } from '../../api/workload-deployment.ts';

/** The objects that a deployment combines. */
export interface UsedObjects {
  environment: Pick<ResolvedReference, 'namespace' | 'name'>;
  workloadProfile: Pick<ResolvedReference, 'namespace' | 'name'>;
}

/** Where a status is read, and the namespace whose objects everybody may know. */
export interface StatusPlace {
  namespace: string;
  systemNamespace: string;
}

/**
 * The used objects of other namespaces. Who reads the status of the deployment may have the verb `use` on them and no right to read
 * them, so no text of the status may quote them.
 */
export function foreignObjects(
  { environment, workloadProfile }: UsedObjects,
  { namespace, systemNamespace }: StatusPlace,
): string[] {
  const isForeign = (used: { namespace: string }) => ![namespace, systemNamespace].includes(used.namespace);
  return [
    ...(isForeign(environment) ? [`Environment ${environment.namespace}/${environment.name}`] : []),
    ...(isForeign(workloadProfile) ? [`WorkloadProfile ${workloadProfile.namespace}/${workloadProfile.name}`] : []),
  ];
}

/** The message of a failure: its cause, or where to ask for the cause if it may quote foreign objects. */
export function messageWithoutForeignText(what: string, cause: string, foreign: readonly string[]): string {
  if (foreign.length === 0) return cause;
  const objects = foreign.join(' and ');
  return `${what}. The cause may quote ${objects}, so it is not shown in this namespace: ask those who maintain ${objects}; \`mooring render\` shows it`;
}
