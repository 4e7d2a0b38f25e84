import assert from 'node:assert/strict';
import { definitionRevisions, environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { definitionCaches } from '../../src/catalog/stores/cached.ts';
import {
  cachedReferrers,
  deploymentCache,
  liveReferrers,
  fileReferrers,
  spokeNamespacesOf,
  type ReferrerIndex,
} from '../../src/catalog/referrers.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { editedEnvironment, environmentSpec } from '../support/environment-edits.ts';
import { requestObject } from '../support/facts.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { placedDeployment } from '../support/placed-deployment.ts';
import { recordedLog } from '../support/recorded-log.ts';
import type { UncheckedObject } from '../../src/api/unchecked-object.ts';

const edge = editedEnvironment([
  environmentSpec({ topology: { type: 'edge@v2' } }),
  environmentSpec({ topology: { type: 'topology-ocm' } }),
]);
const custom = editedEnvironment([environmentSpec({ topology: { type: 'edge' } })], { name: 'custom' });
const deployments = [
  placedDeployment(),
  placedDeployment({ name: 'api', environmentRef: 'primary@v1.3' }),
  placedDeployment({ namespace: 'other', spokeNamespace: 'store', environmentRef: 'custom' }),
  placedDeployment({ namespace: 'other', name: 'wrong', environmentRef: 'primary@' }),
];
const resources: Record<string, Resource> = { Environment: environments, DefinitionRevision: definitionRevisions };
const objects: KubeObject[] = [...edge.objects, ...custom.objects, ...deployments];
const stored = objects.map((object): [Resource, KubeObject] => [resources[object.kind] ?? workloadDeployments, object]);

const named = async (found: Promise<UncheckedObject[]>) =>
  (await found).map(({ metadata: { namespace = '', name } }) => `${namespace}/${name}`).toSorted();

describe('looking up who uses what', () => {
  const client = createMemoryClient(stored);
  const stopping = new AbortController();
  const { log } = recordedLog();
  const cache = deploymentCache(client, log, { byName: ({ metadata }) => [metadata.name] });
  const definitions = definitionCaches(client, log);
  const informers = [cache, definitions.Environment, definitions.revisions];
  let running: Promise<unknown> = Promise.resolve();
  before(async () => {
    running = Promise.all(informers.map((informer) => informer.run(stopping.signal)));
    await Promise.all(informers.map((informer) => informer.synced));
  });
  after(async () => {
    stopping.abort();
    await running;
  });

  const cached = cachedReferrers(cache, definitions);
  const lookups: [string, ReferrerIndex][] = [
    ['in caches', cached],
    ['live', liveReferrers(cached, client)],
    ['in files', fileReferrers(() => objects.map(requestObject))],
  ];
  for (const [where, users] of lookups) {
    it(`${where}: finds deployments by their namespace on the spokes`, async () => {
      assert.deepEqual(await named(users.inSpokeNamespace('shop')), ['other/wrong', 'team/api', 'team/web']);
      assert.deepEqual(await named(users.inSpokeNamespace('store')), ['other/web']);
      assert.deepEqual(await named(users.inSpokeNamespace('team')), []);
    });

    it(`${where}: finds deployments by the name in a ref, whatever the revision and the namespace`, async () => {
      assert.deepEqual(await named(users.byReference('environmentRef', 'primary')), ['team/api', 'team/web']);
      assert.deepEqual(await named(users.byReference('environmentRef', 'custom')), ['other/web']);
      assert.equal((await users.byReference('workloadProfileRef', 'web')).length, 4);
      assert.deepEqual(await named(users.byReference('workloadProfileRef', 'primary')), []);
    });

    it(`${where}: finds Environments by their topology, and the revisions that had it`, async () => {
      assert.deepEqual(await named(users.byTopology('edge')), ['team/custom']);
      const recorded = await users.recordedByTopology('edge');
      assert.deepEqual(
        recorded.map(({ namespace, name, revision }) => `${namespace}/${name}@v${revision}`).toSorted(),
        ['team/custom@v1', 'team/primary@v1'],
      );
    });
  }

  for (const [where, users] of lookups) {
    it(`${where}: leaves out who is not meant`, async () => {
      const isMeant = ({ metadata: { name } }: UncheckedObject) => name === 'web';
      assert.deepEqual(await named(users.byReference('environmentRef', 'primary', isMeant)), ['team/web']);
      assert.deepEqual(await named(users.byTopology('edge', isMeant)), []);
      assert.deepEqual(await named(users.byTopology('edge', ({ metadata }) => metadata.name === 'custom')), [
        'team/custom',
      ]);
    });
  }

  it('keeps further indexes for who asks for them', () => {
    assert.equal(cache.byIndex('byName', 'api').length, 1);
  });

  it('takes a deployment that names no namespace to be in its own on the spokes', () => {
    const { spec, ...rest } = placedDeployment();
    const nowhere = { ...rest, spec: { ...spec, workload: { name: 'web' } } };
    assert.deepEqual(spokeNamespacesOf(nowhere), ['team']);
    const empty = { ...rest, spec: {} };
    assert.deepEqual(spokeNamespacesOf(empty), []);
  });
});

describe('looking up live who uses what', () => {
  const stale = [placedDeployment(), placedDeployment({ name: 'moved' }), placedDeployment({ name: 'gone' })];
  const live = [
    placedDeployment(),
    placedDeployment({ name: 'moved', spokeNamespace: 'store', environmentRef: 'prod' }),
  ];
  const cached = fileReferrers(() => [...stale, ...custom.objects].map(requestObject));

  it('leaves out who is gone, and who uses it no longer', async () => {
    const users = liveReferrers(cached, createMemoryClient(live.map((object) => [workloadDeployments, object])));
    assert.deepEqual(await named(users.inSpokeNamespace('shop')), ['team/web']);
    assert.deepEqual(await named(users.byReference('environmentRef', 'primary')), ['team/web']);
    assert.deepEqual(await named(users.byTopology('edge')), []);
  });

  it('reads nobody who is not meant, and leaves out who is not meant any more', async () => {
    const read: string[] = [];
    const client = createMemoryClient([[workloadDeployments, placedDeployment({ environmentRef: 'primary@v2' })]]);
    const get = ((resource, key, options) => {
      read.push(key.name);
      return client.get(resource, key, options);
    }) as typeof client.get;
    const users = liveReferrers(cached, { ...client, get });
    const follows = ({ spec }: UncheckedObject) => JSON.stringify(spec).includes('"primary"');
    const isMeant = (user: UncheckedObject) => user.metadata.name === 'web' && follows(user);
    assert.deepEqual(await named(users.byReference('environmentRef', 'primary', isMeant)), []);
    assert.deepEqual(read, ['web']);
    const many = Array.from({ length: 60 }, (_, index) => placedDeployment({ name: `web${index}` }));
    const crowd = fileReferrers(() => many.map(requestObject));
    const list = () => Promise.reject(new Error('all at once'));
    const few = liveReferrers(crowd, {
      ...createMemoryClient([[workloadDeployments, placedDeployment({ name: 'web7' })]]),
      list,
    });
    assert.deepEqual(
      await named(few.byReference('environmentRef', 'primary', ({ metadata }) => metadata.name === 'web7')),
      ['team/web7'],
    );
  });

  it('gives what is read, not what was known', async () => {
    const newer = placedDeployment({ clusters: ['a'] });
    const users = liveReferrers(cached, createMemoryClient([[workloadDeployments, newer]]));
    const [found] = await users.inSpokeNamespace('shop');
    assert.deepEqual(found?.status, { selectedClusters: ['a'] });
  });

  it('reads many all at once', async () => {
    const many = Array.from({ length: 51 }, (_, index) => placedDeployment({ name: `web${index}` }));
    const client = createMemoryClient(many.slice(1).map((object) => [workloadDeployments, object]));
    const single = { ...client, get: () => Promise.reject(new Error('one by one')) };
    const users = liveReferrers(
      fileReferrers(() => many.map(requestObject)),
      single,
    );
    assert.equal((await users.inSpokeNamespace('shop')).length, 50);
  });

  it('reads all at once for a request that asks about many namespaces, and then no more', async () => {
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
    const users = liveReferrers(
      fileReferrers(() => many.map(requestObject)),
      counting,
    );
    for (let index = 0; index < 60; index += 1) {
      const found = await named(users.inSpokeNamespace(`n${index}`));
      assert.deepEqual(found, index === 59 ? [] : [`team/web${index}`], 'the last one is gone');
    }
    assert.deepEqual(await users.inSpokeNamespace('nobody'), []);
    assert.deepEqual(calls, { get: 50, list: 1 });
  });

  it('makes no answer of an error', async () => {
    const client = createMemoryClient();
    const failure = new ApiError('no', { code: 500, reason: 'InternalError' });
    const users = liveReferrers(cached, { ...client, get: () => Promise.reject(failure) });
    await assert.rejects(users.inSpokeNamespace('shop'), failure);
  });
});
