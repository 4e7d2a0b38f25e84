import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { placements } from '../../src/api/ocm.ts';
import { WrittenNamespaces } from '../../src/controller/written-namespaces.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { configMaps } from '../support/config-maps.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { aPlacement } from '../support/placements.ts';

const cachesThatSay = (notServed: boolean) => {
  const cache = { isNotServed: () => Promise.resolve(notServed) };
  const other = { name: 'v1/ConfigMap', resource: configMaps, ...cache };
  return { placements: cache, otherKinds: [other, { ...other, resource: undefined }] };
};
const [served, notServed] = [cachesThatSay(false), cachesThatSay(true)];
const deployment = { kind: 'WorkloadDeployment', key: 'apps/web' } as const;
const environment = { kind: 'Environment', key: 'apps/primary' } as const;

function rendered(namespace: string, owner?: string): KubeObject {
  const made = aPlacement({ namespace, from: 'apps/primary@v1', probe: owner === undefined });
  const annotations = {
    ...made.metadata.annotations,
    ...(owner === undefined ? {} : { 'spectrocloud.com/deployment': owner }),
  };
  const labels = { 'spectrocloud.com/environment-hash': 'any' };
  return { ...made, metadata: { ...made.metadata, annotations, labels } };
}

describe('the namespaces that a leader wrote to', () => {
  it('are remembered for a deployment, or for an Environment without a deployment, until they are forgotten', () => {
    const written = new WrittenNamespaces();
    for (const namespace of ['hub', 'other', 'hub']) written.remember(rendered(namespace, 'apps/web'));
    written.remember(rendered('probes'));
    written.remember({ ...rendered('hub'), metadata: { namespace: 'hub', name: 'foreign' } });
    assert.deepEqual(written.of(deployment), ['hub', 'other']);
    assert.deepEqual(written.of(environment), ['probes']);
    written.forget(deployment);
    assert.deepEqual(written.of(deployment), []);
    assert.deepEqual(written.of(environment), ['probes']);
    written.clear();
    assert.deepEqual(written.of(environment), []);
  });

  it('include those of the leader before, which are read once', async () => {
    const client = createMemoryClient([
      [placements, rendered('hub', 'apps/web')],
      [configMaps, rendered('data', 'apps/web')],
    ]);
    let lists = 0;
    const original = { ...client };
    client.list = (...args) => {
      lists += 1;
      return original.list(...args);
    };
    const written = new WrittenNamespaces();
    await written.prime(client, served);
    await written.prime(client, served);
    assert.deepEqual(written.of(deployment), ['hub', 'data']);
    assert.equal(lists, 2);
    written.clear();
    await written.prime(client, served);
    assert.equal(lists, 4);
  });

  it('are read again after an error, and are empty if the kind is not installed', async () => {
    const written = new WrittenNamespaces();
    const failing = (code: number) => ({
      ...createMemoryClient(),
      list: () => Promise.reject(new ApiError('no', { code, reason: code === 404 ? 'NotFound' : 'No' })),
    });
    await assert.rejects(written.prime(failing(500), served), ApiError);
    await written.prime(failing(404), notServed);
    assert.deepEqual(written.of(deployment), []);
  });
});
