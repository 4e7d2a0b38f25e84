import { group } from '../../src/api/kinds.ts';
import type { JsonObject } from '../../src/api/object.ts';

/** The ClusterRoles of Kubernetes that the roles for people are added to. */
type Aggregate = 'view' | 'edit' | 'admin';

const tenantKinds = ['environments', 'workloadprofiles', 'workloaddeployments'];
const read = ['get', 'list', 'watch'];

const view = [
  { apiGroups: [group], resources: [...tenantKinds, 'policydefinitions', 'definitionrevisions'], verbs: read },
];
const edit = [
  ...view,
  { apiGroups: [group], resources: tenantKinds, verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
];
const admin = [
  ...edit,
  // `override` acknowledges findings of rules. `use` lets another namespace refer to an object; an admin grants it with a Role.
  { apiGroups: [group], resources: tenantKinds, verbs: ['override'] },
  { apiGroups: [group], resources: ['environments', 'workloadprofiles'], verbs: ['use'] },
];

/**
 * ClusterRoles for people, bound by a RoleBinding in a namespace of the hub. They are aggregated to `view`, `edit` and `admin`.
 * None of them may write a status, a revision or a topology, or use a namespace that an administrator did not grant.
 */
export function peopleRoles(): JsonObject[] {
  const role = (name: Aggregate, rules: JsonObject[]): JsonObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: `mooring-${name}`,
      labels: {
        'app.kubernetes.io/name': 'mooring',
        [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true',
      },
    },
    rules,
  });
  return [role('view', view), role('edit', edit), role('admin', admin)];
}
