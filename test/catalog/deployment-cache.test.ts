import assert from 'node:assert/strict';
import { workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { deploymentCache, referrerIndexes } from '../../src/catalog/deployment-cache.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { placedDeployment } from '../support/placed-deployment.ts';
import { recordedLog } from '../support/recorded-log.ts';

describe('the cache of deployments', () => {
  const stopping = new AbortController();
  const objects = [placedDeployment(), placedDeployment({ name: 'api', environmentRef: 'second@v2' })];
  const client = createMemoryClient(objects.map((object): [Resource, KubeObject] => [workloadDeployments, object]));
  const cache = deploymentCache(client, recordedLog().log, { byName: ({ metadata }) => [metadata.name] });
  let running: Promise<unknown> = Promise.resolve();
  before(async () => {
    running = cache.run(stopping.signal);
    await cache.synced;
  });
  after(async () => {
    stopping.abort();
    await running;
  });

  it('has an index by each ref and one by spoke namespace', () => {
    const names = (index: string, key: string) => cache.byIndex(index, key).map(({ metadata }) => metadata.name);
    assert.deepEqual(names(referrerIndexes.environmentRef, 'second'), ['api']);
    assert.equal(names(referrerIndexes.workloadProfileRef, 'web').length, 2);
    assert.equal(names(referrerIndexes.spokeNamespace, 'shop').length, 2);
  });

  it('has the additional indexes that the caller passes', () => {
    assert.equal(cache.byIndex('byName', 'api').length, 1);
  });
});
