import { group, kindsOnHub } from '../../src/api/kinds.ts';
import type { JsonObject } from '../../src/api/object.ts';
import { accountOf, installNamespace, roles, webhookConfigurationName, type Role } from '../../src/api/names.ts';
import { authoritySecretName, servingSecretName } from '../../src/tls/store.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

const read = ['get', 'list', 'watch'];
const onHub = kindsOnHub.map((kind) => kind.resource.plural);
const withSuffix = (suffix: string) => onHub.map((plural) => `${plural}/${suffix}`);

/** The rights of each role in the whole cluster. */
const clusterRules: Record<Role, Rule[]> = {
  webhook: [
    { apiGroups: [group], resources: onHub, verbs: read },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
  ],
  aggregator: [
    { apiGroups: [group], resources: ['environments'], verbs: read },
    { apiGroups: [group], resources: ['environments/status'], verbs: ['patch'] },
    {
      apiGroups: ['cluster.open-cluster-management.io'],
      resources: ['placements', 'placementdecisions'],
      verbs: read,
    },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
  ],
  controller: [
    // `patch` on the objects is for our finalizers, and for the empty patch that triggers admission, which writes the stamp.
    { apiGroups: [group], resources: onHub, verbs: [...read, 'patch'] },
    { apiGroups: [group], resources: ['definitionrevisions'], verbs: ['create', 'delete'] },
    { apiGroups: [group], resources: withSuffix('status'), verbs: ['patch'] },
    // Owner references with blockOwnerDeletion need this if the admission plugin OwnerReferencesPermissionEnforcement is on.
    { apiGroups: [group], resources: withSuffix('finalizers'), verbs: ['update'] },
    {
      apiGroups: ['cluster.open-cluster-management.io'],
      resources: ['placements'],
      verbs: [...read, 'create', 'patch', 'delete'],
    },
    {
      apiGroups: ['work.open-cluster-management.io'],
      resources: ['manifestworkreplicasets'],
      verbs: [...read, 'create', 'patch', 'delete'],
    },
    { apiGroups: ['work.open-cluster-management.io'], resources: ['manifestworks'], verbs: read },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
      resourceNames: [webhookConfigurationName],
      verbs: [...read, 'patch'],
    },
  ],
};

const lease = (role: Role): Rule[] => [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: [accountOf(role)],
    verbs: ['get', 'update'],
  },
];

const secrets = (verbs: string[], ...resourceNames: string[]): Rule => ({
  apiGroups: [''],
  resources: ['secrets'],
  resourceNames,
  verbs,
});

/** The rights of each role in the namespace of mooring. */
const namespaceRules: Record<Role, Rule[]> = {
  webhook: [secrets(read, servingSecretName)],
  aggregator: lease('aggregator'),
  controller: [
    ...lease('controller'),
    // `create` with resourceNames is effective only for server-side apply, which the controller uses.
    secrets([...read, 'create', 'patch'], authoritySecretName, servingSecretName),
  ],
};

/** The service accounts, RBAC roles and bindings of the three roles. */
export function rbac(): JsonObject[] {
  return roles.flatMap((role) => {
    const name = accountOf(role);
    const metadata = { name, labels: { 'app.kubernetes.io/name': 'mooring', 'app.kubernetes.io/component': role } };
    const inNamespace = { ...metadata, namespace: installNamespace };
    const subjects = [{ kind: 'ServiceAccount', name, namespace: installNamespace }];
    const roleRef = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    return [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inNamespace },
      { apiVersion, kind: 'ClusterRole', metadata, rules: clusterRules[role].map(plain) },
      { apiVersion, kind: 'ClusterRoleBinding', metadata, subjects, roleRef: roleRef('ClusterRole') },
      { apiVersion, kind: 'Role', metadata: inNamespace, rules: namespaceRules[role].map(plain) },
      { apiVersion, kind: 'RoleBinding', metadata: inNamespace, subjects, roleRef: roleRef('Role') },
    ];
  });
}

function plain(rule: Rule): JsonObject {
  return { ...rule };
}
