import { group } from '../../src/api/kinds.ts';
import type { JsonObject } from '../../src/api/object.ts';
import { rulesOf, type ReasonedRule } from './reasoned-rule.ts';

/** The ClusterRoles of Kubernetes that the roles for people are added to. */
type Aggregate = 'view' | 'edit' | 'admin';

const tenantKinds = ['environments', 'workloadprofiles', 'workloaddeployments'];
const read = ['get', 'list', 'watch'];

/** What each role for people adds to the one before it. */
export const peopleRules: Record<Aggregate, ReasonedRule[]> = {
  view: [
    {
      apiGroups: [group],
      resources: [...tenantKinds, 'policydefinitions', 'definitionrevisions'],
      verbs: read,
      reason: 'Reads all kinds on the hub, with their history.',
    },
  ],
  edit: [
    {
      apiGroups: [group],
      resources: tenantKinds,
      verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
      reason: 'All that an application team needs. Statuses, revisions and topologies are not part of it.',
    },
  ],
  admin: [
    {
      apiGroups: [group],
      resources: tenantKinds,
      verbs: ['override'],
      reason: 'Acknowledges findings of rules.',
    },
    {
      apiGroups: [group],
      resources: ['environments', 'workloadprofiles'],
      verbs: ['use'],
      reason: 'Lets another namespace refer to an object; an admin grants it with a Role.',
    },
  ],
};

/**
 * ClusterRoles for people, bound by a RoleBinding in a namespace of the hub. They are aggregated to `view`, `edit` and `admin`.
 * None of them may write a status, a revision or a topology, or use a namespace that an administrator did not grant.
 */
export function peopleRoles(): JsonObject[] {
  const role = (name: Aggregate, rules: readonly ReasonedRule[]): JsonObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: `mooring-${name}`,
      labels: {
        'app.kubernetes.io/name': 'mooring',
        [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true',
      },
    },
    rules: rulesOf(rules),
  });
  const { view, edit, admin } = peopleRules;
  return [role('view', view), role('edit', [...view, ...edit]), role('admin', [...view, ...edit, ...admin])];
}
