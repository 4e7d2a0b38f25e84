import { rbacApiVersion, rbacGroup, roleBindings } from '../../src/api/hub-namespace.ts';
import { crdNameOf, customResourceDefinitions } from '../../src/api/crd.ts';
import { group, kindsOnHub, workloadDeployments } from '../../src/api/kinds.ts';
import {
  accountOf,
  hubNamespaceAggregation,
  hubNamespaceRole,
  installNamespace,
  roles,
  webhookConfigurationName,
  type Role,
} from '../../src/api/names.ts';
import { apiVersionOf, type JsonObject } from '../../src/api/object.ts';
import { managedClusters, managedClusterSets, manifestWorkReplicaSets, placements } from '../../src/api/ocm.ts';
import { leases } from '../../src/kube/leader/lease.ts';
import { authoritySecretName, servingSecretName } from '../../src/tls/store.ts';
import { rulesOf, type ReasonedRule } from './reasoned-rule.ts';

const read = ['get', 'list', 'watch'];
const cached = ['list', 'watch'];
const onHub = kindsOnHub.map((kind) => kind.resource.plural);
const statuses = onHub.map((plural) => `${plural}/status`);
const [placementsGroup, worksGroup] = [placements.group, manifestWorkReplicaSets.group];

/** For both roles that decide whether a work agent may own a namespace on the hub itself. */
const openHubNamespaces: ReasonedRule = {
  apiGroups: [rbacGroup],
  resources: [roleBindings.plural],
  resourceNames: [hubNamespaceRole],
  verbs: ['get'],
  reason:
    'Whether a namespace is a hub namespace: the RoleBinding of this name opens it. Other RoleBindings cannot be read.',
};

/** The rights of each role in the whole cluster. */
export const clusterRules: Record<Role, ReasonedRule[]> = {
  webhook: [
    {
      apiGroups: [group],
      resources: onHub,
      verbs: read,
      reason:
        'Caches for decisions. Objects that a denial, a warning or a stamp depends on are read again with `get`, and so is the content of revisions.',
    },
    {
      apiGroups: [worksGroup],
      resources: ['manifestworkreplicasets'],
      verbs: ['list'],
      reason:
        'Before a WorkloadDeployment is deleted, finds the deployments that are applied in the same spoke namespace, also those that a cache lacks. Only metadata is read.',
    },
    {
      apiGroups: [''],
      resources: ['namespaces'],
      verbs: ['get'],
      reason: 'Labels that pin refs, spoke namespaces that the Namespace lists, and whether it is terminating.',
    },
    {
      apiGroups: [managedClusters.group],
      resources: [managedClusters.plural],
      verbs: ['get', 'list', 'watch'],
      reason:
        'Cache of the clusters that are the hub itself, and whether a namespace belongs to a cluster: a work agent must not own such a namespace.',
    },
    {
      apiGroups: [managedClusterSets.group],
      resources: [managedClusterSets.plural],
      verbs: ['get', 'list', 'watch'],
      reason: 'Cache of the sets that a Placement may select from: whether they contain the hub.',
    },
    {
      apiGroups: [placementsGroup],
      resources: ['placements'],
      verbs: ['get'],
      reason: 'Whether a Placement that a topology refers to, and does not render, excludes the hub.',
    },
    openHubNamespaces,
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['subjectaccessreviews'],
      verbs: ['create'],
      reason:
        'Asks whether the requester has the verbs `use` and `override`, and may read the objects that a message names. It tells whoever holds this right what any user may do.',
    },
  ],
  aggregator: [
    {
      apiGroups: [group],
      resources: ['environments'],
      verbs: cached,
      reason: 'Cache of the objects whose status it writes.',
    },
    {
      apiGroups: [group],
      resources: ['workloaddeployments'],
      verbs: cached,
      reason: 'Cache of the metadata of deployments: only the Placements of those that exist count for readiness.',
    },
    {
      apiGroups: [group],
      resources: ['environments/status'],
      verbs: ['patch'],
      reason: 'Writes readiness. RBAC cannot restrict this to the fields of the aggregator.',
    },
    {
      apiGroups: [placementsGroup],
      resources: ['placements', 'placementdecisions'],
      verbs: cached,
      reason: 'Caches of what readiness is computed from.',
    },
    {
      apiGroups: ['events.k8s.io'],
      resources: ['events'],
      verbs: ['create'],
      reason: 'Reports on an Environment, in its namespace, that it became Ready or NotReady.',
    },
  ],
  controller: [
    {
      apiGroups: [group],
      resources: onHub,
      verbs: [...cached, 'patch'],
      reason:
        'Caches of what it reconciles. `patch` is for finalizers, for the empty patch that triggers admission, and for the mark on revisions that are about to be pruned. It would also permit to change specs, which RBAC cannot prevent.',
    },
    {
      apiGroups: [group],
      resources: ['definitionrevisions', 'environments', 'workloaddeployments'],
      verbs: ['get'],
      reason:
        'The content of revisions is not cached. A peer that seems to be gone is read again, before its spoke namespace counts as free, and so is the owner of an object on the hub, before the object is deleted as orphaned.',
    },
    {
      apiGroups: [group],
      resources: ['definitionrevisions'],
      verbs: ['create', 'delete'],
      reason: 'Records and prunes the history. The webhook denies these writes to everybody else.',
    },
    { apiGroups: [group], resources: statuses, verbs: ['patch'], reason: 'Writes statuses.' },
    {
      apiGroups: [placementsGroup],
      resources: ['placements'],
      verbs: cached,
      reason:
        'Cache of what is applied. It reads the whole cluster, because objects are also in hub namespaces that were closed; it writes only in hub namespaces that are open.',
    },
    {
      apiGroups: [placementsGroup],
      resources: ['placementdecisions'],
      verbs: ['list'],
      reason:
        'Tells a ManifestWork that was lost from one that OCM has deleted because its cluster is no longer selected. Read only when a ManifestWork disappears.',
    },
    {
      apiGroups: [worksGroup],
      resources: ['manifestworkreplicasets', 'manifestworks'],
      verbs: cached,
      reason:
        'Caches of what is applied, and of what each cluster reports. ManifestWorks are in the namespaces of clusters.',
    },
    {
      apiGroups: [managedClusters.group],
      resources: [managedClusters.plural, managedClusterSets.plural],
      verbs: cached,
      reason: 'Caches of what tells whether deployments may come to the hub itself.',
    },
    {
      apiGroups: [managedClusters.group],
      resources: [managedClusters.plural],
      verbs: ['get'],
      reason:
        'Whether a namespace belongs to a cluster, before a write may make a work agent own it on the hub itself.',
    },
    openHubNamespaces,
    {
      apiGroups: [''],
      resources: ['namespaces'],
      verbs: cached,
      reason: 'Cache of metadata: the spoke namespaces that each Namespace on the hub lists.',
    },
    {
      apiGroups: [''],
      resources: ['namespaces'],
      verbs: ['get'],
      reason:
        'Tells a hub namespace that does not exist from one that is not open, after the API server has refused a write.',
    },
    {
      apiGroups: [customResourceDefinitions.group],
      resources: [customResourceDefinitions.plural],
      resourceNames: [crdNameOf(workloadDeployments)],
      verbs: ['get'],
      reason:
        'Before it deletes the objects of a deleted deployment: the deletion of the CustomResourceDefinition deletes all deployments without admission, and must not delete the workloads. Its uid marks the objects of this installation on the hub.',
    },
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews'],
      verbs: ['create'],
      reason:
        'Tells a hub namespace that is not open from a refusal by a policy or a quota. By default every service account has this right.',
    },
    {
      apiGroups: ['events.k8s.io'],
      resources: ['events'],
      verbs: ['create'],
      reason:
        'Reports on an orphaned object, in its namespace, that it is deleted, and on a deployment that it has lost clusters.',
    },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
      resourceNames: [webhookConfigurationName],
      verbs: [...read, 'patch'],
      reason:
        'Writes `caBundle`, and repairs it if somebody changes it. Whoever can patch a webhook configuration can intercept any request of the cluster, and no policy can restrict that: protect the controller like an administrator.',
    },
  ],
};

/** The rights of the controller in each hub namespace that is open. */
export const hubNamespaceRules: ReasonedRule[] = [
  {
    apiGroups: [placementsGroup],
    resources: ['placements'],
    verbs: ['create', 'patch', 'delete'],
    reason:
      'Applies and deletes the Placements of deployments and Environments. Server-side apply needs `create` and `patch`.',
  },
  {
    apiGroups: [worksGroup],
    resources: ['manifestworkreplicasets'],
    verbs: ['create', 'patch', 'delete'],
    reason:
      'Applies and deletes the ManifestWorkReplicaSets of deployments. This is the right to create any object on the clusters whose sets are bound to the namespace.',
  },
];

const lease = (role: Role): ReasonedRule => ({
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  resourceNames: [accountOf(role)],
  verbs: ['get', 'update'],
  reason: 'Leader election. The Lease is part of the manifests, so that no role needs to create one.',
});

const secrets = (verbs: string[], resourceNames: string[], reason: string): ReasonedRule => ({
  apiGroups: [''],
  resources: ['secrets'],
  resourceNames,
  verbs,
  reason,
});

/** The rights of each role in the namespace of mooring. */
export const namespaceRules: Record<Role, ReasonedRule[]> = {
  webhook: [secrets(cached, [servingSecretName], 'The certificate that it serves with.')],
  aggregator: [lease('aggregator')],
  controller: [
    lease('controller'),
    secrets(
      [...read, 'create', 'patch'],
      [authoritySecretName, servingSecretName],
      'Creates and renews the certificates. `create` with a name is effective only for server-side apply, which it uses.',
    ),
  ],
};

/** The service accounts, RBAC roles, bindings and Leases of the three roles, and the role that is bound in hub namespaces. */
export function rbac(): JsonObject[] {
  return [...roles.flatMap(objectsOf), ...hubNamespaceClusterRoles()];
}

function objectsOf(role: Role): JsonObject[] {
  const name = accountOf(role);
  const metadata = { name, labels: { 'app.kubernetes.io/name': 'mooring', 'app.kubernetes.io/component': role } };
  const inNamespace = { ...metadata, namespace: installNamespace };
  const subjects = [{ kind: 'ServiceAccount', name, namespace: installNamespace }];
  const roleRef = (kind: string) => ({ apiGroup: rbacGroup, kind, name });
  const apiVersion = rbacApiVersion;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inNamespace },
    { apiVersion, kind: 'ClusterRole', metadata, rules: rulesOf(clusterRules[role]) },
    { apiVersion, kind: 'ClusterRoleBinding', metadata, subjects, roleRef: roleRef('ClusterRole') },
    { apiVersion, kind: 'Role', metadata: inNamespace, rules: rulesOf(namespaceRules[role]) },
    { apiVersion, kind: 'RoleBinding', metadata: inNamespace, subjects, roleRef: roleRef('Role') },
    // Without a spec, so that applying the manifest again does not change who leads. The webhook has no leader.
    ...(role === 'webhook' ? [] : [{ apiVersion: apiVersionOf(leases), kind: leases.kind, metadata: inNamespace }]),
  ];
}

/** Kubernetes writes the rules of the first one: those of all ClusterRoles with the label, also of kinds that an operator adds. */
function hubNamespaceClusterRoles(): JsonObject[] {
  const labels = { 'app.kubernetes.io/name': 'mooring', 'app.kubernetes.io/component': 'controller' };
  const clusterRole = { apiVersion: rbacApiVersion, kind: 'ClusterRole' };
  return [
    {
      ...clusterRole,
      metadata: { name: hubNamespaceRole, labels },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: hubNamespaceAggregation }] },
    },
    {
      ...clusterRole,
      metadata: { name: `${hubNamespaceRole}-ocm`, labels: { ...labels, ...hubNamespaceAggregation } },
      rules: rulesOf(hubNamespaceRules),
    },
  ];
}
