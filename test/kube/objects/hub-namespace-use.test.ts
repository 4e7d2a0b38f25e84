import assert from 'node:assert/strict';
import { roleBindings, type HubNamespaceUse } from '../../../src/api/hub-namespace.ts';
import { kindsOnHub } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { managedClusters } from '../../../src/api/ocm.ts';
import { readHubNamespaceUse } from '../../../src/kube/objects/hub-namespace-use.ts';
import { namespaces } from '../../../src/kube/objects/namespaces.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { hubNamespace } from '../../support/hub-namespaces.ts';

const object = ({ kind }: Resource, metadata: KubeObject['metadata']): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata,
});
const exists: [Resource, KubeObject] = [namespaces, hubNamespace('shop')];
const binding = (namespace: string, name: string): [Resource, KubeObject] => [
  roleBindings,
  object(roleBindings, { namespace, name }),
];

describe('what the hub needs a namespace for', () => {
  const rows: {
    why: string;
    objects: [Resource, KubeObject][];
    shared?: string[];
    use: HubNamespaceUse | undefined;
  }[] = [
    { why: 'it does not exist', objects: [], use: undefined },
    { why: 'it is empty', objects: [exists], use: undefined },
    { why: 'it is shared, even if it does not exist yet', objects: [], shared: ['shop'], use: 'hub-namespace' },
    { why: 'it is open', objects: [exists, binding('shop', 'mooring-hub-namespace')], use: 'hub-namespace' },
    { why: 'another binding', objects: [exists, binding('shop', 'other')], use: undefined },
    { why: 'another namespace is open', objects: [exists, binding('store', 'mooring-hub-namespace')], use: undefined },
    {
      why: 'it is that of a cluster',
      objects: [exists, [managedClusters, object(managedClusters, { name: 'shop' })]],
      use: 'cluster-namespace',
    },
    ...kindsOnHub.flatMap(({ resource }) => [
      {
        why: `it contains a ${resource.kind}`,
        objects: [exists, [resource, object(resource, { namespace: 'shop', name: 'a' })]] as [Resource, KubeObject][],
        use: 'objects' as const,
      },
      {
        why: `another namespace contains a ${resource.kind}`,
        objects: [exists, [resource, object(resource, { namespace: 'store', name: 'a' })]] as [Resource, KubeObject][],
        use: undefined,
      },
    ]),
  ];
  for (const { why, objects, shared = [], use } of rows) {
    it(`is ${use ?? 'nothing'}: ${why}`, async () => {
      const found = await readHubNamespaceUse(createMemoryClient(objects), 'shop', { sharedHubNamespaces: shared });
      assert.equal(found, use);
    });
  }
});
