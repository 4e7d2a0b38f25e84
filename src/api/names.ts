/** Names that the code and the install manifests share. */

/** The default of `--namespace`: where mooring itself runs, with its service accounts, Secrets and Leases. */
export const installNamespace = 'mooring-system';

/** The default of `--system-namespace`: where shared WorkloadProfiles and PolicyDefinitions are looked up. */
export const systemNamespace = 'mural-system';

/** The namespace on the hub that every Environment may use by default. OCM binds the ManagedClusterSet `global` to it. */
export const sharedHubNamespace = 'managed-cluster-set-global';

/** The ClusterRole with which the controller writes in a hub namespace. A RoleBinding in the namespace opens it. */
export const hubNamespaceRole = 'mooring-hub-namespace';

/** The label of ClusterRoles whose rules Kubernetes adds to those of `hubNamespaceRole`. */
export const hubNamespaceAggregation = { 'rbac.spectrocloud.com/aggregate-to-hub-namespace': 'true' };

/** The policy that guards the metadata of mooring on kinds that an operator adds. A binding for each kind makes it effective. */
export const topologyKindsPolicy = 'mooring-topology-kinds';

/**
 * Plurals, in the API group of mooring, of resources that exist only in RBAC rules: the verb `use` on a name permits to
 * name that namespace in an Environment or a WorkloadDeployment. They are checked at cluster scope.
 */
export const grantedNamespaces = { hub: 'hubnamespaces', spoke: 'spokenamespaces' } as const;
export type GrantedNamespaces = keyof typeof grantedNamespaces;

/** Labels and annotations with this prefix are mooring's. On rendered objects, only the controller writes them. */
export const reservedPrefix = 'spectrocloud.com/';

/** The name of both webhook configurations. */
export const webhookConfigurationName = 'mooring';

export const roles = ['webhook', 'controller', 'aggregator'] as const;
export type Role = (typeof roles)[number];

/** The service account of a role. Its Deployment, its Lease and its field manager have the same name. */
export function accountOf(role: Role): string {
  return `mooring-${role}`;
}

/** The username of a role, as the API server derives it from the service account. */
export function usernameOf(role: Role, namespace: string = installNamespace): string {
  return `system:serviceaccount:${namespace}:${accountOf(role)}`;
}

/**
 * Users that may write DefinitionRevisions: the controller records them; the garbage collector and the namespace
 * controller delete those whose owner or namespace is gone. kube-controller-manager may run both under its own username.
 */
export function revisionWriters(namespace: string = installNamespace): string[] {
  return [
    usernameOf('controller', namespace),
    'system:serviceaccount:kube-system:generic-garbage-collector',
    'system:serviceaccount:kube-system:namespace-controller',
    'system:kube-controller-manager',
  ];
}
