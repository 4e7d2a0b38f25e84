import assert from 'node:assert/strict';
import { hubNamespaceAggregation, topologyKindsPolicy } from '../../../src/api/names.ts';
import { admissionPolicies } from '../../../deploy/manifests/policies.ts';
import { rbac } from '../../../deploy/manifests/rbac.ts';
import { topologyKindObjects } from '../../../deploy/manifests/topology-kinds.ts';
import { child } from '../../../src/domain/json/fields.ts';

const objects = topologyKindObjects({ group: 'networking.k8s.io', plural: 'networkpolicies' });
const [writing, reading, binding, guard] = objects;

describe('the manifests for a kind of --topology-kind', () => {
  it('let the controller write it only where a hub namespace is open, and read it everywhere', () => {
    const rule = (...verbs: string[]) => [{ apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs }];
    assert.deepEqual(writing?.['rules'], rule('create', 'patch', 'delete'));
    assert.deepEqual(reading?.['rules'], rule('list', 'watch'));
    assert.equal(binding?.['kind'], 'ClusterRoleBinding');
    assert.equal(child(binding, 'roleRef')['name'], child(reading ?? {}, 'metadata')['name']);
  });

  it('have the label by which Kubernetes adds the rules to those of hub namespaces', () => {
    const labels = child(child(writing ?? {}, 'metadata'), 'labels');
    for (const [key, value] of Object.entries(hubNamespaceAggregation)) assert.equal(labels[key], value);
    const role = rbac().find((object) => child(object, 'metadata')['name'] === 'mooring-hub-namespace');
    assert.deepEqual(child(role ?? {}, 'aggregationRule')['clusterRoleSelectors'], [
      { matchLabels: hubNamespaceAggregation },
    ]);
    assert.equal(role?.['rules'], undefined, 'Kubernetes writes the rules');
  });

  it('bind the policy of reserved metadata to this kind only', () => {
    const names = admissionPolicies().map((object) => child(object, 'metadata')['name']);
    const { policyName, matchResources } = child(guard ?? {}, 'spec');
    assert.equal(policyName, topologyKindsPolicy);
    assert.ok(names.includes(topologyKindsPolicy));
    assert.match(
      JSON.stringify(matchResources),
      /"apiGroups":\["networking.k8s.io"\].*"resources":\["networkpolicies","networkpolicies\/status"\]/,
    );
  });

  it('have different names for kinds with the same plural', () => {
    const nameOf = (group: string) =>
      child(topologyKindObjects({ group, plural: 'events' })[0] ?? {}, 'metadata')['name'];
    assert.notEqual(nameOf(''), nameOf('events.k8s.io'));
  });
});
