import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { managedClusters, managedClusterSets } from '../../../src/api/ocm.ts';
import { createClient } from '../../../src/kube/client/client.ts';
import { localClustersOf, readLocalClusters } from '../../../src/kube/objects/local-clusters.ts';
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
