import assert from 'node:assert/strict';
import { environments, workloadDeployments } from '../../../src/api/kinds.ts';
import { manifestWorkReplicaSets } from '../../../src/api/ocm.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';
import { listedReferrers } from '../../../src/catalog/referrers/listed.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { identityHash } from '../../../src/domain/render/naming.ts';
import { liveReferrers, type LiveReferrersOptions } from '../../../src/catalog/referrers/live.ts';
import type { Client } from '../../../src/kube/client/client.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { requestObject } from '../../support/facts.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import {
  cachedIndex,
  customEnvironment,
  namesOf,
  storedReferrers,
  testLookups,
} from '../../support/referrer-lookups.ts';

const primary = { kind: 'Environment', namespace: 'team', name: 'primary' } as const;

/** A client that records its reads: `get team/web`, `list team`, `list *` and `list * (metadata)`. */
function recording(client: Client) {
  const reads: string[] = [];
  const get: Client['get'] = (resource, key, options) => {
    reads.push(`get ${key.namespace ?? ''}/${key.name}`);
    return client.get(resource, key, options);
  };
  const list: Client['list'] = (resource, options) => {
    reads.push(`list ${options?.namespace ?? '*'}${options?.metadataOnly === true ? ' (metadata)' : ''}`);
    return client.list(resource, options);
  };
  return { reads, client: { ...client, get, list } };
}

/** A hub with live objects, and an index of what the caches have of them. */
function hub(cachedObjects: readonly KubeObject[], live: readonly KubeObject[]) {
  const resources: Record<string, Resource> = { Environment: environments };
  const stored = live.map((object): [Resource, KubeObject] => [resources[object.kind] ?? workloadDeployments, object]);
  const { reads, client } = recording(createMemoryClient(stored));
  const index = (options: Partial<LiveReferrersOptions> = {}) =>
    liveReferrers({
      cached: listedReferrers('mural-system', () => cachedObjects.map(requestObject)),
      cachedObject: (kind, namespace, name) =>
        cachedObjects.find(
          ({ kind: ofKind, metadata }) => ofKind === kind && metadata.namespace === namespace && metadata.name === name,
        ),
      client,
      systemNamespace: 'mural-system',
      hash: sha256,
      ...options,
    });
  return { reads, client, index };
}

/** The ManifestWorkReplicaSet of a deployment, with the label of its spoke namespace. */
function replicaSetOf(owner: string, spokeNamespace: string) {
  const labels = { 'spectrocloud.com/spoke-namespace': spokeNamespace };
  const annotations = { 'spectrocloud.com/deployment': owner };
  return { ...aReplicaSet(), metadata: { namespace: 'hub', name: owner.replace('/', '-'), labels, annotations } };
}

/** What a cache has of the objects after it has seen all of them. */
async function asStored(objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const client = createMemoryClient(objects.map((object) => [workloadDeployments, object]));
  return (await client.list(workloadDeployments)).items;
}

const inOwnNamespace = (index: number) =>
  placedDeployment({ namespace: `team-${index}`, environmentRef: 'primary', spokeNamespace: 'shop' });
const usingShared = (index: number): KubeObject => {
  const object = placedDeployment({ namespace: `team-${index}` });
  const { spec } = requestObject(object);
  const environmentRef = { name: 'primary', namespace: 'mural-system' };
  return Object.assign(object, { spec: { ...spec, environmentRef } });
};
const shared = { ...primary, namespace: 'mural-system' };

describe('the live index of referrers', () => {
  const client = createMemoryClient(storedReferrers);
  const cached = cachedIndex(client);
  before(cached.run);
  after(cached.stop);
  const options = { cachedObject: () => undefined, client, systemNamespace: 'mural-system', hash: sha256 };
  testLookups(liveReferrers({ ...options, cached: cached.index }));
  describe('that finds what the caches lack', () =>
    testLookups(liveReferrers({ ...options, cached: cached.index, findsMissed: true })));
});

describe('the live index of referrers with a stale cache', () => {
  const stale = [
    placedDeployment(),
    placedDeployment({ name: 'moved' }),
    placedDeployment({ name: 'gone' }),
    ...customEnvironment.objects,
  ];
  const live = [
    placedDeployment(),
    placedDeployment({ name: 'moved', spokeNamespace: 'store', environmentRef: 'prod' }),
  ];

  it('leaves out objects that no longer exist, and objects that no longer have the ref', async () => {
    const referrers = hub(stale, live).index();
    assert.deepEqual(await namesOf(referrers.inSpokeNamespace('shop')), ['team/web']);
    assert.deepEqual(await namesOf(referrers.byReference(primary)), ['team/web']);
    assert.deepEqual(await namesOf(referrers.byTopology('edge')), []);
  });

  it('does not read objects that do not match, and leaves out those that no longer match', async () => {
    const { reads, index } = hub(stale, [placedDeployment({ environmentRef: 'primary@v2' })]);
    const isFloating = ({ spec }: UncheckedObject) => JSON.stringify(spec).includes('"primary"');
    const matches = (user: UncheckedObject) => user.metadata.name === 'web' && isFloating(user);
    assert.deepEqual(await namesOf(index().byReference(primary, matches)), []);
    assert.deepEqual(reads, ['get team/web']);
  });

  it('returns the live object, not the cached one, and reads it once', async () => {
    const { reads, index } = hub(stale, [placedDeployment({ clusters: ['a'] })]);
    const referrers = index();
    const [found] = await referrers.inSpokeNamespace('shop');
    assert.deepEqual(found?.status, { selectedClusters: ['a'] });
    await referrers.inSpokeNamespace('shop');
    await referrers.byReference(primary);
    assert.deepEqual(reads.toSorted(), ['get team/gone', 'get team/moved', 'get team/web']);
  });

  it('passes an error on', async () => {
    const { client, index } = hub(stale, []);
    const failure = new ApiError('no', { code: 500, reason: 'InternalError' });
    const referrers = index({ client: { ...client, get: () => Promise.reject(failure) } });
    await assert.rejects(referrers.inSpokeNamespace('shop'), failure);
  });
});

describe('the live index of referrers with many objects', () => {
  it('does not read namesakes in other namespaces', async () => {
    const namesakes = Array.from({ length: 60 }, (_, index) => inOwnNamespace(index));
    const { reads, index } = hub([...namesakes, placedDeployment()], [...namesakes, placedDeployment()]);
    assert.deepEqual(await namesOf(index().byReference(primary)), ['team/web']);
    assert.deepEqual(reads, ['get team/web']);
  });

  it('reads objects of 60 namespaces one by one', async () => {
    const residents = Array.from({ length: 60 }, (_, index) => inOwnNamespace(index));
    const { reads, index } = hub(residents, residents.slice(1));
    assert.equal((await index().inSpokeNamespace('shop')).length, 59);
    assert.equal(reads.filter((read) => read.startsWith('get')).length, 60);
    assert.equal(reads.length, 60);
  });

  it('compares a namespace with many of them once with its metadata, and reads those that differ', async () => {
    const many = Array.from({ length: 21 }, (_, index) => placedDeployment({ name: `web${index}` }));
    const cached = await asStored(many);
    const { client, reads, index } = hub(cached, many.slice(1));
    const known = new Map((await client.list(workloadDeployments)).items.map((item) => [item.metadata.name, item]));
    // The cache has a deleted object, and an older version of one.
    for (const { metadata } of cached.slice(1)) Object.assign(metadata, known.get(metadata.name)?.metadata);
    await client.patch(workloadDeployments, { namespace: 'team', name: 'web7' }, { metadata: { labels: { a: 'b' } } });
    reads.length = 0;
    const referrers = index();
    assert.equal((await referrers.inSpokeNamespace('shop')).length, 20);
    assert.equal((await referrers.byReference(primary)).length, 20);
    const isOne = ({ metadata }: UncheckedObject) => metadata.name === 'web7';
    assert.deepEqual(await namesOf(referrers.byReference(primary, isOne)), ['team/web7']);
    assert.deepEqual(reads, ['list team (metadata)', 'get team/web7']);
  });

  it('compares more than 200 in other namespaces by their metadata, and reads those that differ', async () => {
    const users = Array.from({ length: 203 }, (_, index) => usingShared(index));
    const cached = await asStored(users);
    const { client, reads, index } = hub(cached, users.slice(1));
    await client.patch(workloadDeployments, { namespace: 'team-7', name: 'web' }, { metadata: { labels: { a: 'b' } } });
    const current = await client.list(workloadDeployments);
    const known = new Map(current.items.map(({ metadata }) => [metadata.namespace, metadata]));
    // The caches have the newest version of all objects but one.
    for (const { metadata } of cached) {
      if (metadata.namespace !== 'team-7') Object.assign(metadata, known.get(metadata.namespace));
    }
    reads.length = 0;
    const found = await index().byReference(shared);
    assert.equal(found.length, 202);
    assert.deepEqual(reads, ['list * (metadata)', 'get team-7/web']);
    assert.deepEqual(found.find(({ metadata }) => metadata.namespace === 'team-7')?.metadata.labels, { a: 'b' });
  });
});

describe('the live index of referrers that finds what the caches lack', () => {
  it('lists the namespace of an Environment', async () => {
    const { reads, index } = hub([], [placedDeployment(), placedDeployment({ namespace: 'other' })]);
    assert.deepEqual(await namesOf(index().byReference(primary)), [], 'a cache is enough to confirm');
    assert.deepEqual(await namesOf(index({ findsMissed: true }).byReference(primary)), ['team/web']);
    const expected = ['list * (metadata)', 'list team (metadata)', 'get team/web'];
    assert.deepEqual(reads, expected, 'what is applied, and what is in its namespace');
  });

  it('compares the metadata of all objects if the definition is in the system namespace, and reads those that differ', async () => {
    const users = [usingShared(1), usingShared(2)];
    const { client, index, reads } = hub([], users);
    const [, second] = (await client.list(workloadDeployments)).items;
    reads.length = 0;
    const known = index({
      findsMissed: true,
      cachedObject: (_kind, namespace) => (namespace === 'team-2' ? second : undefined),
    });
    assert.deepEqual(await namesOf(known.byReference(shared)), ['team-1/web']);
    assert.deepEqual(
      reads,
      ['list * (metadata)', 'get team-1/web'],
      'the index of the cache would have found the second one',
    );
  });

  it('finds an Environment with a topology', async () => {
    const { index } = hub(
      [],
      customEnvironment.objects.filter(({ kind }) => kind === 'Environment'),
    );
    assert.deepEqual(await namesOf(index({ findsMissed: true }).byTopology('edge')), ['team/custom']);
  });

  it('finds a deployment that is applied in a spoke namespace', async () => {
    const resident = placedDeployment({ namespace: 'other', name: 'guest', spokeNamespace: 'shop' });
    const { client, index, reads } = hub([], [resident]);
    await client.create(manifestWorkReplicaSets, replicaSetOf('other/guest', 'shop'));
    await client.create(manifestWorkReplicaSets, replicaSetOf('other/elsewhere', 'store'));
    reads.length = 0;
    assert.deepEqual(await namesOf(index().inSpokeNamespace('shop')), [], 'a cache is enough to confirm');
    assert.deepEqual(await namesOf(index({ findsMissed: true }).inSpokeNamespace('shop')), ['other/guest']);
    assert.deepEqual(reads, ['list * (metadata)', 'list * (metadata)', 'get other/guest']);
  });

  it('finds a deployment of another namespace that is applied from an Environment', async () => {
    const environmentRef = { name: 'primary', namespace: 'team' };
    const user = placedDeployment({ namespace: 'other', name: 'guest' });
    const { client, index, reads } = hub([], [Object.assign(user, { spec: { ...user.spec, environmentRef } })]);
    for (const environment of ['team/primary@v3', 'other/primary@v3']) {
      const { metadata, ...set } = replicaSetOf(`other/${environment.startsWith('team') ? 'guest' : 'web'}`, 'shop');
      const labels = { 'spectrocloud.com/environment-hash': identityHash('team/primary', sha256) };
      const annotations = { ...metadata.annotations, 'spectrocloud.com/environment': environment };
      await client.create(manifestWorkReplicaSets, { ...set, metadata: { ...metadata, labels, annotations } });
    }
    reads.length = 0;
    assert.deepEqual(await namesOf(index({ findsMissed: true }).byReference(primary)), ['other/guest']);
    assert.deepEqual(reads, ['list * (metadata)', 'list team (metadata)', 'get other/guest']);
  });
});
