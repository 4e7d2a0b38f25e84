import { rbacApiVersion, rbacGroup } from '../../src/api/hub-namespace.ts';
import { accountOf, hubNamespaceAggregation, installNamespace, topologyKindsPolicy } from '../../src/api/names.ts';
import type { JsonObject, Resource } from '../../src/api/object.ts';

/** The kind of the example that operators copy. */
const configMaps: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

/** What an operator applies for a kind of `--topology-kind`, as an example for each path of a file in `deploy`. */
export const topologyKindExamples: Readonly<Record<string, readonly JsonObject[]>> = {
  'topology-kinds/configmaps.yaml': topologyKindObjects(configMaps),
};

/**
 * The rights of the controller on a kind, and the guard of the metadata by which it finds its objects: it reads the kind in the whole
 * cluster, and writes it in the hub namespaces that are open.
 */
export function topologyKindObjects({ group, plural }: Pick<Resource, 'group' | 'plural'>): JsonObject[] {
  const name = `mooring-topology-kind-${group === '' ? plural : `${plural}.${group}`}`;
  const labels = { 'app.kubernetes.io/name': 'mooring' };
  const rule = (...verbs: string[]) => ({ apiGroups: [group], resources: [plural], verbs });
  const clusterRole = { apiVersion: rbacApiVersion, kind: 'ClusterRole' };
  const cache = `${name}-cache`;
  return [
    {
      ...clusterRole,
      metadata: { name, labels: { ...labels, ...hubNamespaceAggregation } },
      rules: [rule('create', 'patch', 'delete')],
    },
    { ...clusterRole, metadata: { name: cache, labels }, rules: [rule('list', 'watch')] },
    {
      apiVersion: rbacApiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: cache, labels },
      subjects: [{ kind: 'ServiceAccount', name: accountOf('controller'), namespace: installNamespace }],
      roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: cache },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name, labels },
      spec: {
        policyName: topologyKindsPolicy,
        validationActions: ['Deny'],
        matchResources: {
          matchPolicy: 'Equivalent',
          resourceRules: [
            // A write of the status of some kinds, such as Ingress, can change labels too.
            {
              apiGroups: [group],
              apiVersions: ['*'],
              operations: ['CREATE', 'UPDATE'],
              resources: [plural, `${plural}/status`],
            },
          ],
        },
      },
    },
  ];
}
