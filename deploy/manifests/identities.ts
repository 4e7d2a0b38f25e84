/** Names that the manifests, the local hub and the code have to agree on. */

/** Where mooring itself runs: service accounts, Secrets, Leases. */
export const installNamespace = 'mooring-system';

/** Where shared profiles and PolicyDefinitions live. */
export const systemNamespace = 'mural-system';

/** Both webhook configurations have this name. */
export const webhookConfigurationName = 'mooring';

export const roles = ['webhook', 'controller', 'aggregator'] as const;
export type Role = (typeof roles)[number];

/** The service account of a role, and the name of its Deployment and its Lease. */
export function accountOf(role: Role): string {
  return `mooring-${role}`;
}

/** The name by which the API server knows a role. */
export function usernameOf(role: Role): string {
  return `system:serviceaccount:${installNamespace}:${accountOf(role)}`;
}
