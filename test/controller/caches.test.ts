import assert from 'node:assert/strict';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import { definitionIndexes } from '../../src/catalog/stores/cached.ts';
import { manifestWorkReplicaSets } from '../../src/api/ocm.ts';
import { allInformers, deploymentIndexes, replicaSetIndexes } from '../../src/controller/caches.ts';
import { controllerScene } from '../support/controller-scene.ts';
import { deployment, environment } from '../support/manifests.ts';
import { hubNamespace } from '../support/hub-namespaces.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import { aReplicaSet } from '../support/hub-objects.ts';
import { placedDeployment } from '../support/placed-deployment.ts';

describe('the caches of the controller', () => {
  it('are complete although OCM is not installed', async () => {
    const scene = await controllerScene();
    try {
      assert.ok(allInformers(scene.caches).every(([, informer]) => informer.hasSynced()));
    } finally {
      await scene.stop();
    }
  });

  it('find deployments by the definitions in their refs, at any revision', async () => {
    const scene = await controllerScene([
      [workloadDeployments, deployment('a', { environmentRef: 'primary@v1.3' })],
      [workloadDeployments, deployment('b', { environmentRef: 'primary' })],
      [workloadDeployments, deployment('c', { environmentRef: 'other@v1' })],
      [workloadDeployments, deployment('d', { environmentRef: 'no ref' })],
      [environments, environment('team')],
    ]);
    try {
      const users = (key: string) =>
        scene.caches.deployments
          .byIndex(deploymentIndexes.definition, key)
          .map(({ metadata }) => metadata.namespace ?? '')
          .toSorted();
      assert.deepEqual(users('Environment/a/primary'), ['a']);
      assert.deepEqual(users('Environment/b/primary'), ['b']);
      assert.deepEqual(users('WorkloadProfile/mural-system/web'), ['a', 'b', 'c', 'd']);
      const { Environment } = scene.caches.definitions;
      assert.equal(Environment.byIndex(definitionIndexes.topology, 'topology-ocm').length, 0, 'it is built in');
    } finally {
      await scene.stop();
    }
  });

  it('contain of Namespaces only which spoke namespaces they list', async () => {
    const listing = hubNamespace('team', 'shop');
    const annotations = { ...listing.metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const labelled = { ...listing, metadata: { ...listing.metadata, annotations, labels: { a: 'b' } } };
    const scene = await controllerScene([
      [namespaces, labelled],
      [namespaces, hubNamespace('other')],
    ]);
    try {
      const { metadata } = scene.caches.namespaces.get(undefined, 'team') ?? {};
      assert.deepEqual(Object.keys(metadata ?? {}).toSorted(), ['annotations', 'name', 'resourceVersion', 'uid']);
      assert.deepEqual(metadata?.annotations, { 'spectrocloud.com/spoke-namespaces': 'shop' });
      assert.equal(scene.caches.namespaces.get(undefined, 'other')?.metadata.annotations, undefined);
    } finally {
      await scene.stop();
    }
  });

  it('find deployments that a rule blocks, and no others, by the namespaces that they wait for', async () => {
    const scene = await controllerScene([
      [workloadDeployments, placedDeployment({ name: 'conflict', notApplied: 'WorkloadConflict' })],
      [workloadDeployments, placedDeployment({ name: 'dies', notApplied: 'NamespaceWouldBeDeleted' })],
      [
        workloadDeployments,
        placedDeployment({ name: 'there', spokeNamespace: 'store', notApplied: 'WorkloadConflict' }),
      ],
      [workloadDeployments, placedDeployment({ name: 'taken', notApplied: 'NameTaken' })],
      [workloadDeployments, placedDeployment({ name: 'fine' })],
    ]);
    try {
      const blocked = (namespace: string) =>
        scene.caches.deployments
          .byIndex(deploymentIndexes.blockedNamespace, namespace)
          .map(({ metadata }) => metadata.name);
      assert.deepEqual(blocked('shop').toSorted(), ['conflict', 'dies']);
      assert.deepEqual(blocked('store'), ['there']);
    } finally {
      await scene.stop();
    }
  });

  it('find ManifestWorkReplicaSets by the namespaces that they contain or are applied in', async () => {
    const bare = aReplicaSet('web');
    const manifests = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      { apiVersion: 'spectrocloud.com/v1beta1', kind: 'Workload', metadata: { name: 'web', namespace: 'store' } },
    ];
    const containing = { ...bare, spec: { ...bare.spec, manifestWorkTemplate: { workload: { manifests } } } };
    const scene = await controllerScene([
      [manifestWorkReplicaSets, containing],
      [manifestWorkReplicaSets, aReplicaSet('without')],
    ]);
    try {
      const inNamespace = (name: string) =>
        scene.caches.replicaSets.byIndex(replicaSetIndexes.spokeNamespace, name).length;
      assert.deepEqual(['shop', 'store', 'web'].map(inNamespace), [1, 1, 0]);
    } finally {
      await scene.stop();
    }
  });
});
