import assert from 'node:assert/strict';
import { workloadDeployments } from '../../src/api/kinds.ts';
import { keyOf, type KubeObject, type Resource } from '../../src/api/object.ts';
import { deploymentCache, referrerIndexes } from '../../src/catalog/deployment-cache.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { placedDeployment } from '../support/placed-deployment.ts';
import { recordedLog } from '../support/recorded-log.ts';

describe('the cache of deployments', () => {
  const stopping = new AbortController();
  const api = placedDeployment({ name: 'api', environmentRef: 'second@v2' });
  api.metadata.annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
  const objects = [placedDeployment(), api, placedDeployment({ namespace: 'other', environmentRef: 'second' })];
  const client = createMemoryClient(objects.map((object): [Resource, KubeObject] => [workloadDeployments, object]));
  const cache = deploymentCache({
    client,
    log: recordedLog().log,
    systemNamespace: 'mural-system',
    indexes: { byName: ({ metadata }) => [metadata.name] },
  });
  let running: Promise<unknown> = Promise.resolve();
  before(async () => {
    running = cache.run(stopping.signal);
    await cache.synced;
  });
  after(async () => {
    stopping.abort();
    await running;
  });

  it('has an index by used definitions and one by spoke namespace', () => {
    const keys = (index: string, key: string) => cache.byIndex(index, key).map(keyOf).toSorted();
    assert.deepEqual(keys(referrerIndexes.definition, 'Environment/team/second'), ['team/api']);
    assert.deepEqual(keys(referrerIndexes.definition, 'WorkloadProfile/team/web'), ['team/api', 'team/web']);
    assert.equal(keys(referrerIndexes.definition, 'WorkloadProfile/mural-system/web').length, 3);
    assert.equal(keys(referrerIndexes.spokeNamespace, 'shop').length, 3);
  });

  it('does not keep the copy of an object that kubectl adds', () => {
    assert.deepEqual(cache.get('team', 'api')?.metadata.annotations, {});
  });

  it('has the additional indexes that the caller passes', () => {
    assert.equal(cache.byIndex('byName', 'api').length, 1);
  });
});
