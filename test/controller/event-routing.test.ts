import assert from 'node:assert/strict';
import {
  definitionRevisions,
  environments,
  policyDefinitions,
  workloadDeployments,
  workloadProfiles,
} from '../../src/api/kinds.ts';
import type { KubeObject } from '../../src/api/object.ts';
import {
  managedClusters,
  managedClusterSets,
  manifestWorkReplicaSets,
  manifestWorks,
  placements,
} from '../../src/api/ocm.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { routeEvents } from '../../src/controller/event-routing.ts';
import { revisionOf } from '../../src/domain/revisions/record.ts';
import { configMap, configMaps } from '../support/config-maps.ts';
import { controllerScene, type ControllerScene } from '../support/controller-scene.ts';
import { customTopology } from '../support/custom-topology.ts';
import { requestObject } from '../support/facts.ts';
import { aReplicaSet, aWork } from '../support/hub-objects.ts';
import { environment, profile } from '../support/manifests.ts';
import { placedDeployment } from '../support/placed-deployment.ts';
import { aPlacement } from '../support/placements.ts';

const custom = requestObject(environment('team', { name: 'custom', topology: { type: 'edge' } }));
const revision = revisionOf('Environment', custom, { revision: 1, hash: sha256('') });
const owned = (object: KubeObject, deploymentKey: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { 'spectrocloud.com/deployment': deploymentKey } },
});
/** A ManifestWorkReplicaSet of deployment `team/web` that contains namespace `shop` on the spokes. */
const replicaSet = (() => {
  const bare = aReplicaSet('web', ['placement']);
  const manifests = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }];
  return owned(
    { ...bare, spec: { ...bare.spec, manifestWorkTemplate: { workload: { manifests } } } } as KubeObject,
    'team/web',
  );
})();

const outside = (name: string): KubeObject => {
  const object = customTopology(name, 'output: {}');
  return { ...object, metadata: { ...object.metadata, namespace: 'team' } };
};
const web = { namespace: 'team', name: 'web' };
const hub = (name: string) => ({ namespace: 'hub', name });
const label = { metadata: { labels: { a: 'b' } } };
const clusterKind = (kind: string, name: string): KubeObject => ({
  apiVersion: 'cluster.open-cluster-management.io/v1',
  kind,
  metadata: { name },
});
const hubLabel = { metadata: { labels: { 'local-cluster': 'true' } } };
const targetsOfWeb = (environmentName: string) => [
  `definitions Environment/team/${environmentName}`,
  'definitions WorkloadProfile/mural-system/web',
  'definitions WorkloadProfile/team/web',
];
/** It refers to the Environment whose topology is the PolicyDefinition `edge`. */
const edgeUser = 'deployments team/edge-user';
const allDeployments = ['deployments team/waiting', 'deployments team/web'];

describe('the events of the controller', () => {
  const rows: {
    event: string;
    change: (client: ControllerScene['client']) => Promise<unknown>;
    enqueues: string[];
  }[] = [
    {
      event: 'a ManagedCluster becomes the hub itself: any deployment may come to it',
      change: (client) => client.patch(managedClusters, { name: 'plain' }, hubLabel),
      enqueues: [...allDeployments, edgeUser],
    },
    {
      event: 'another label of a ManagedCluster decides nothing',
      change: (client) => client.patch(managedClusters, { name: 'plain' }, label),
      enqueues: [],
    },
    {
      event: 'a ManagedClusterSet changes beside a hub that is a cluster',
      change: async (client) => {
        await client.patch(managedClusters, { name: 'plain' }, hubLabel);
        await client.patch(managedClusterSets, { name: 'set' }, { spec: { clusterSelector: {} } });
      },
      enqueues: [...allDeployments, edgeUser],
    },
    {
      event: 'a ManagedClusterSet changes, and the hub is no cluster',
      change: (client) => client.patch(managedClusterSets, { name: 'set' }, { spec: { clusterSelector: {} } }),
      enqueues: [],
    },
    {
      event: 'a modified Environment',
      change: (client) => client.patch(environments, { namespace: 'team', name: 'primary' }, label),
      enqueues: ['definitions Environment/team/primary', ...allDeployments],
    },
    {
      event: 'an Environment that changes its topology',
      change: (client) =>
        client.patch(environments, { namespace: 'team', name: 'custom' }, { spec: { topology: { type: 'other@v1' } } }),
      enqueues: [
        'definitions Environment/team/custom',
        'definitions PolicyDefinition/mural-system/edge',
        'definitions PolicyDefinition/mural-system/other',
        edgeUser,
      ],
    },
    {
      event: 'a deleted Environment',
      change: (client) => client.delete(environments, { namespace: 'team', name: 'custom' }),
      enqueues: ['definitions Environment/team/custom', 'definitions PolicyDefinition/mural-system/edge', edgeUser],
    },
    {
      event: 'an added profile in the system namespace, for deployments of every namespace',
      change: (client) => client.create(workloadProfiles, profile('mural-system')),
      enqueues: ['definitions WorkloadProfile/mural-system/web', ...allDeployments, edgeUser],
    },
    {
      event: 'an added profile in another namespace',
      change: (client) => client.create(workloadProfiles, profile('other')),
      enqueues: ['definitions WorkloadProfile/other/web'],
    },
    {
      event: 'an added Environment of the same name in another namespace',
      change: (client) => client.create(environments, requestObject(environment('other'))),
      enqueues: ['definitions Environment/other/primary'],
    },
    {
      event: 'an added PolicyDefinition outside the system namespace, also with the name of a built-in topology',
      change: (client) => client.create(policyDefinitions, outside('topology-ocm')),
      enqueues: ['definitions PolicyDefinition/team/topology-ocm'],
    },
    {
      event: 'an added PolicyDefinition outside the system namespace, with the name of a used one',
      change: (client) => client.create(policyDefinitions, outside('edge')),
      enqueues: ['definitions PolicyDefinition/team/edge'],
    },
    {
      event: 'a PolicyDefinition with the name of a built-in topology, which is never looked up',
      change: (client) => client.create(policyDefinitions, customTopology('topology-ocm', 'output: {}')),
      enqueues: ['definitions PolicyDefinition/mural-system/topology-ocm'],
    },
    {
      event: 'a modified PolicyDefinition',
      change: (client) => client.patch(policyDefinitions, { namespace: 'mural-system', name: 'edge' }, label),
      enqueues: ['definitions Environment/team/custom', 'definitions PolicyDefinition/mural-system/edge', edgeUser],
    },
    {
      event: 'an added revision',
      change: (client) =>
        client.create(definitionRevisions, revisionOf('Environment', custom, { revision: 2, hash: sha256('') })),
      enqueues: ['definitions Environment/team/custom', edgeUser],
    },
    {
      event: 'a deleted revision',
      change: (client) => client.delete(definitionRevisions, { namespace: 'team', name: revision.metadata.name }),
      enqueues: ['definitions Environment/team/custom', 'definitions PolicyDefinition/mural-system/edge', edgeUser],
    },
    {
      event: 'an added deployment, which unblocks no other',
      change: (client) => client.create(workloadDeployments, placedDeployment({ name: 'new' })),
      enqueues: ['deployments team/new', ...targetsOfWeb('primary')],
    },
    {
      event: 'a modified deployment with the same refs',
      change: (client) => client.patch(workloadDeployments, web, label),
      enqueues: allDeployments,
    },
    {
      event: 'a deployment that changes a ref, for both Environments',
      change: (client) => client.patch(workloadDeployments, web, { spec: { environmentRef: { name: 'custom' } } }),
      enqueues: [...allDeployments, ...targetsOfWeb('primary'), ...targetsOfWeb('custom')],
    },
    {
      event: 'a deployment that leaves its namespace on the spokes',
      change: (client) => client.patch(workloadDeployments, web, { spec: { workload: { namespace: 'store' } } }),
      enqueues: allDeployments,
    },
    {
      event: 'a deleted deployment',
      change: (client) => client.delete(workloadDeployments, web),
      enqueues: [...allDeployments, ...targetsOfWeb('primary')],
    },
    {
      event: 'a modified Placement',
      change: (client) => client.patch(placements, hub('placement'), label),
      enqueues: ['definitions Environment/team/primary', 'deployments apps/placement', 'deployments team/web'],
    },
    {
      event: 'a Placement that is given to another deployment',
      change: (client) =>
        client.patch(placements, hub('placement'), {
          metadata: { annotations: { 'spectrocloud.com/deployment': 'team/other' } },
        }),
      enqueues: [
        'definitions Environment/team/primary',
        'deployments apps/placement',
        'deployments team/other',
        'deployments team/web',
      ],
    },
    {
      event: 'an added Placement that no deployment uses',
      change: (client) => client.create(placements, aPlacement({ name: 'foreign' })),
      enqueues: [],
    },
    {
      event: 'a ManifestWorkReplicaSet that is given to another deployment',
      change: (client) =>
        client.patch(manifestWorkReplicaSets, hub('web'), {
          metadata: { annotations: { 'spectrocloud.com/deployment': 'team/other' } },
        }),
      enqueues: ['deployments team/other', ...allDeployments],
    },
    {
      event: 'a deleted ManifestWorkReplicaSet',
      change: (client) => client.delete(manifestWorkReplicaSets, hub('web')),
      enqueues: allDeployments,
    },
    {
      event: 'an added ManifestWork',
      change: (client) => client.create(manifestWorks, aWork('cluster-1')),
      enqueues: ['deployments team/web'],
    },
  ];
  for (const { event, change, enqueues } of rows) {
    it(`enqueue for ${event}: ${enqueues.length === 0 ? 'nothing' : enqueues.toSorted().join(', ')}`, async () => {
      const scene = await controllerScene([
        [environments, requestObject(environment('team'))],
        [environments, custom],
        [policyDefinitions, customTopology('edge', 'output: {}')],
        [definitionRevisions, revision],
        [workloadDeployments, placedDeployment()],
        [workloadDeployments, placedDeployment({ name: 'waiting', notApplied: 'WorkloadConflict' })],
        [
          workloadDeployments,
          placedDeployment({ name: 'edge-user', environmentRef: 'custom', spokeNamespace: 'edge' }),
        ],
        [placements, aPlacement({ from: 'team/primary@v1' })],
        [manifestWorkReplicaSets, replicaSet],
        [managedClusters, clusterKind('ManagedCluster', 'plain')],
        [managedClusterSets, clusterKind('ManagedClusterSet', 'set')],
      ]);
      try {
        const enqueued = new Set<string>();
        routeEvents({ caches: scene.caches, systemNamespace: 'mural-system' }, (queue, key) =>
          enqueued.add(`${queue} ${key}`),
        );
        assert.ok(enqueued.has('deployments team/web'), 'what the caches hold already is routed at once');
        enqueued.clear();
        await change(scene.client);
        await scene.caughtUp();
        assert.deepEqual([...enqueued].toSorted(), [...new Set(enqueues)].toSorted());
      } finally {
        await scene.stop();
      }
    });
  }

  it('enqueue the deployment of an object of another kind that is deleted', async () => {
    const labels = { 'spectrocloud.com/deployment-hash': 'any' };
    const object = owned(configMap('settings'), 'team/web');
    const settings = { ...object, metadata: { ...object.metadata, labels } };
    const scene = await controllerScene([[configMaps, settings]], [configMaps]);
    const enqueued: string[] = [];
    routeEvents({ caches: scene.caches, systemNamespace: 'mural-system' }, (queue, key) =>
      enqueued.push(`${queue} ${key}`),
    );
    enqueued.splice(0);
    await scene.client.delete(configMaps, { namespace: 'default', name: 'settings' });
    await scene.caughtUp();
    await scene.stop();
    assert.deepEqual(enqueued, ['deployments team/web']);
  });
});
