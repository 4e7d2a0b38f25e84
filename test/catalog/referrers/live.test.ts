import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';
import { listedReferrers } from '../../../src/catalog/referrers/listed.ts';
import { liveReferrers } from '../../../src/catalog/referrers/live.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { requestObject } from '../../support/facts.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import {
  cachedIndex,
  customEnvironment,
  namesOf,
  storedReferrers,
  testLookups,
} from '../../support/referrer-lookups.ts';

describe('the live index of referrers', () => {
  const client = createMemoryClient(storedReferrers);
  const cached = cachedIndex(client);
  before(cached.run);
  after(cached.stop);
  testLookups(liveReferrers(cached.index, client));
});

describe('the live index of referrers with a stale cache', () => {
  const stale = [placedDeployment(), placedDeployment({ name: 'moved' }), placedDeployment({ name: 'gone' })];
  const live = [
    placedDeployment(),
    placedDeployment({ name: 'moved', spokeNamespace: 'store', environmentRef: 'prod' }),
  ];
  const cached = listedReferrers(() => [...stale, ...customEnvironment.objects].map(requestObject));

  it('leaves out objects that no longer exist, and objects that no longer have the ref', async () => {
    const referrers = liveReferrers(cached, createMemoryClient(live.map((object) => [workloadDeployments, object])));
    assert.deepEqual(await namesOf(referrers.inSpokeNamespace('shop')), ['team/web']);
    assert.deepEqual(await namesOf(referrers.byReference('environmentRef', 'primary')), ['team/web']);
    assert.deepEqual(await namesOf(referrers.byTopology('edge')), []);
  });

  it('does not read objects that do not match, and leaves out those that no longer match', async () => {
    const read: string[] = [];
    const client = createMemoryClient([[workloadDeployments, placedDeployment({ environmentRef: 'primary@v2' })]]);
    const get = ((resource, key, options) => {
      read.push(key.name);
      return client.get(resource, key, options);
    }) as typeof client.get;
    const referrers = liveReferrers(cached, { ...client, get });
    const isFloating = ({ spec }: UncheckedObject) => JSON.stringify(spec).includes('"primary"');
    const matches = (user: UncheckedObject) => user.metadata.name === 'web' && isFloating(user);
    assert.deepEqual(await namesOf(referrers.byReference('environmentRef', 'primary', matches)), []);
    assert.deepEqual(read, ['web']);
    const many = Array.from({ length: 60 }, (_, index) => placedDeployment({ name: `web${index}` }));
    const crowded = listedReferrers(() => many.map(requestObject));
    const list = () => Promise.reject(new Error('all at once'));
    const few = liveReferrers(crowded, {
      ...createMemoryClient([[workloadDeployments, placedDeployment({ name: 'web7' })]]),
      list,
    });
    assert.deepEqual(
      await namesOf(few.byReference('environmentRef', 'primary', ({ metadata }) => metadata.name === 'web7')),
      ['team/web7'],
    );
  });

  it('returns the live object, not the cached one', async () => {
    const newer = placedDeployment({ clusters: ['a'] });
    const referrers = liveReferrers(cached, createMemoryClient([[workloadDeployments, newer]]));
    const [found] = await referrers.inSpokeNamespace('shop');
    assert.deepEqual(found?.status, { selectedClusters: ['a'] });
  });

  it('lists many objects instead of reading each', async () => {
    const many = Array.from({ length: 51 }, (_, index) => placedDeployment({ name: `web${index}` }));
    const client = createMemoryClient(many.slice(1).map((object) => [workloadDeployments, object]));
    const single = { ...client, get: () => Promise.reject(new Error('one by one')) };
    const referrers = liveReferrers(
      listedReferrers(() => many.map(requestObject)),
      single,
    );
    assert.equal((await referrers.inSpokeNamespace('shop')).length, 50);
  });

  it('lists once for a request about many namespaces, and then reads no further objects', async () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      placedDeployment({ name: `web${index}`, spokeNamespace: `n${index}` }),
    );
    const client = createMemoryClient(many.slice(0, 59).map((object) => [workloadDeployments, object]));
    const calls = { get: 0, list: 0 };
    const counting = {
      ...client,
      get: ((...args: Parameters<typeof client.get>) => {
        calls.get += 1;
        return client.get(...args);
      }) as typeof client.get,
      list: ((...args: Parameters<typeof client.list>) => {
        calls.list += 1;
        return client.list(...args);
      }) as typeof client.list,
    };
    const referrers = liveReferrers(
      listedReferrers(() => many.map(requestObject)),
      counting,
    );
    for (let index = 0; index < 60; index += 1) {
      const found = await namesOf(referrers.inSpokeNamespace(`n${index}`));
      assert.deepEqual(found, index === 59 ? [] : [`team/web${index}`], 'the last one is gone');
    }
    assert.deepEqual(await referrers.inSpokeNamespace('nobody'), []);
    assert.deepEqual(calls, { get: 50, list: 1 });
  });

  it('passes an error on', async () => {
    const client = createMemoryClient();
    const failure = new ApiError('no', { code: 500, reason: 'InternalError' });
    const referrers = liveReferrers(cached, { ...client, get: () => Promise.reject(failure) });
    await assert.rejects(referrers.inSpokeNamespace('shop'), failure);
  });
});
