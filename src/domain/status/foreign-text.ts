import type { ResolvedReference } from '../../api/workload-deployment.ts';
import type { DeploymentOutcome } from './deployment-status.ts';

/** Where a status is read, and the namespace whose objects everybody may know. */
export interface StatusPlace {
  namespace: string;
  systemNamespace: string;
}

/**
 * The outcome without texts that may quote an Environment or a profile of another namespace. Who reads the status of the deployment
 * may have the verb `use` on them and no right to read them. The reasons stay, and the messages say whom to ask.
 */
export function withoutForeignText(outcome: DeploymentOutcome, place: StatusPlace): DeploymentOutcome {
  const { environment, workloadProfile, rendered, blocked } = outcome;
  const foreign = [
    ...foreignTitle('Environment', environment, place),
    ...foreignTitle('WorkloadProfile', workloadProfile, place),
  ];
  if (foreign.length === 0) return outcome;
  return {
    ...outcome,
    ...(rendered?.ok === false
      ? { rendered: { ...rendered, message: withoutCause('the render fails', foreign) } }
      : {}),
    // The API server quotes values of the rendered objects. The messages of other blocks contain none.
    ...(blocked?.reason === 'RefusedByHub'
      ? { blocked: { ...blocked, message: withoutCause('the API server refuses a rendered object', foreign) } }
      : {}),
  };
}

function foreignTitle(
  kind: string,
  used: ResolvedReference | undefined,
  { namespace, systemNamespace }: StatusPlace,
): string[] {
  if (used === undefined || [namespace, systemNamespace].includes(used.namespace)) return [];
  return [`${kind} ${used.namespace}/${used.name}`];
}

function withoutCause(what: string, foreign: readonly string[]): string {
  const objects = foreign.join(' and ');
  return `${what}. The cause may quote ${objects}, so it is not shown in this namespace: ask those who maintain ${objects}; \`mooring render\` shows it`;
}
