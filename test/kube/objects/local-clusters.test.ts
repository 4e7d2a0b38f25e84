import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { managedClusters, managedClusterSets } from '../../../src/api/ocm.ts';
import { createClient, type Client } from '../../../src/kube/client/client.ts';
import {
  knownLocalClusters,
  localClusterCaches,
  localClustersOf,
  readLocalClusters,
} from '../../../src/kube/objects/local-clusters.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { reply, replyText, ScriptedApiServer } from '../../support/scripted-api-server.ts';

const cluster = (name: string, labels?: Record<string, string>): KubeObject => ({
  apiVersion: 'cluster.open-cluster-management.io/v1',
  kind: 'ManagedCluster',
  metadata: { name, ...(labels && { labels }) },
});
const set = (name: string, fields: object = {}): KubeObject => ({
  apiVersion: 'cluster.open-cluster-management.io/v1beta2',
  kind: 'ManagedClusterSet',
  metadata: { name },
  ...fields,
});
const hub = cluster('hub', { 'local-cluster': 'true', a: 'b' });
const spec = { clusterSelector: { selectorType: 'ExclusiveClusterSetLabel' } };

describe('the ManagedClusters that are the hub itself', () => {
  it('have the label with the value true', () => {
    const found = localClustersOf([hub, cluster('plain'), cluster('other', { 'local-cluster': 'false' })], []);
    assert.deepEqual(found.clusters, [{ name: 'hub', labels: { 'local-cluster': 'true', a: 'b' } }]);
  });

  it('are read with the sets', async () => {
    const client = createMemoryClient([
      [managedClusters, hub],
      [managedClusterSets, set('default', { spec })],
      [managedClusterSets, set('bare')],
    ]);
    const { clusters, clusterSets } = await readLocalClusters(client);
    assert.deepEqual(
      [clusters.map(({ name }) => name), Object.fromEntries(clusterSets)],
      [['hub'], { default: spec, bare: {} }],
    );
  });

  describe('that a cache knows', () => {
    const stored = createMemoryClient([
      [managedClusters, hub],
      [managedClusterSets, set('default', { spec })],
      [managedClusterSets, set('new', { spec })],
    ]);
    const known = async (cached: KubeObject[], options: { isLive: boolean; findsMissed: boolean }) => {
      const reads: string[] = [];
      const client: Pick<Client, 'get' | 'list' | 'raw'> = {
        get: (resource, key, more) => (reads.push(`get ${key.name}`), stored.get(resource, key, more)),
        list: (resource, more) => (reads.push(`list ${resource.plural}`), stored.list(resource, more)),
        raw: () => Promise.reject(new Error('not expected')),
      };
      const sets = [set('default', { spec: {} }), set('deleted')];
      const caches = { clusters: { list: () => cached }, clusterSets: { list: () => sets } };
      const { clusters, clusterSets } = await knownLocalClusters(client, caches, options);
      return { clusters: clusters.map(({ name }) => name), sets: Object.fromEntries(clusterSets), reads };
    };

    it('are those of the cache for a first decision, and if there is none', async () => {
      const first = await known([cluster('old', { 'local-cluster': 'true' })], { isLive: false, findsMissed: false });
      assert.deepEqual(first, { clusters: ['old'], sets: { default: {}, deleted: {} }, reads: [] });
      const none = { clusters: [], sets: {}, reads: [] };
      assert.deepEqual(await known([], { isLive: true, findsMissed: false }), none, 'the controller looks again');
    });

    it('are read live before a decision that depends on them is final, with the sets that the cache names', async () => {
      const live = await known([cluster('old', { 'local-cluster': 'true' })], { isLive: true, findsMissed: false });
      const reads = ['list managedclusters', 'get default', 'get deleted'];
      assert.deepEqual(live, { clusters: ['hub'], sets: { default: spec }, reads });
    });

    it('are found for a deletion though the cache lacks them', async () => {
      const { clusters } = await known([], { isLive: true, findsMissed: true });
      assert.deepEqual(clusters, ['hub']);
    });

    it('are the same as those at the API server if the caches are current', async () => {
      const { log } = recordedLog();
      const caches = localClusterCaches(stored, log);
      const stopping = new AbortController();
      const running = Promise.all([caches.clusters, caches.clusterSets].map((each) => each.run(stopping.signal)));
      await Promise.all([caches.clusters.synced, caches.clusterSets.synced]);
      const live = await readLocalClusters(stored);
      for (const isLive of [false, true]) {
        for (const findsMissed of [false, true]) {
          assert.deepEqual(await knownLocalClusters(stored, caches, { isLive, findsMissed }), live);
        }
      }
      stopping.abort();
      await running;
    });
  });

  describe('at the API server', () => {
    const path = '/apis/cluster.open-cluster-management.io/v1/managedclusters';
    let server: ScriptedApiServer;
    const read = async () =>
      readLocalClusters(createClient(await server.kubeConfig(), { log: recordedLog().log, userAgent: 'mooring/test' }));
    beforeEach(async () => {
      server = await new ScriptedApiServer().start();
    });
    afterEach(() => server.stop());

    const groups = (...names: string[]) =>
      reply({ kind: 'APIGroupList', groups: names.map((name) => ({ name, versions: [{ version: 'v1' }] })) });

    it('are none if the kind is not served', async () => {
      server.on(`GET ${path}`, replyText('404 page not found', 404));
      server.on('GET /apis', groups());
      assert.deepEqual((await read()).clusters, []);
    });

    it('are not known if something else answers 404', async () => {
      server.on(`GET ${path}`, replyText('404 page not found', 404));
      server.on('GET /apis', groups('cluster.open-cluster-management.io'));
      server.on(
        'GET /apis/cluster.open-cluster-management.io/v1',
        reply({ kind: 'APIResourceList', resources: [{ name: 'managedclusters' }] }),
      );
      await assert.rejects(read(), { code: 404 });
    });
  });
});
