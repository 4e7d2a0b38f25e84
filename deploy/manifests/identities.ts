/** Names that are the same in the manifests, in the local hub and in the code. */

/** The namespace that mooring runs in, with its service accounts, Secrets and Leases. */
export const installNamespace = 'mooring-system';

/** The namespace of shared profiles and of PolicyDefinitions. */
export const systemNamespace = 'mural-system';

/** The name of both webhook configurations. */
export const webhookConfigurationName = 'mooring';

export const roles = ['webhook', 'controller', 'aggregator'] as const;
export type Role = (typeof roles)[number];

/** The service account of a role, and the name of its Deployment and its Lease. */
export function accountOf(role: Role): string {
  return `mooring-${role}`;
}

/** The user name of a role in requests to the API server. */
export function usernameOf(role: Role): string {
  return `system:serviceaccount:${installNamespace}:${accountOf(role)}`;
}
