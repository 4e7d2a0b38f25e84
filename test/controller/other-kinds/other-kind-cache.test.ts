import assert from 'node:assert/strict';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { OtherKindCache } from '../../../src/controller/other-kinds/other-kind-cache.ts';
import { withPackedText } from '../../../src/kube/cache/packed-field.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { sleep as realSleep } from '../../../src/kube/sleep.ts';
import { configMap, configMaps } from '../../support/config-maps.ts';
import { discoveryOf } from '../../support/discovery.ts';
import { createMemoryClient, type MemoryClient } from '../../support/memory-client.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const owned = (name: string, deployment = 'team/web'): KubeObject => {
  const { metadata, ...object } = configMap(name);
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { 'spectrocloud.com/deployment-hash': 'any' },
      annotations: { 'spectrocloud.com/deployment': deployment },
    },
  };
};
const notFound = new ApiError('404 page not found', { code: 404, reason: 'Unknown' });

describe('the cache of a kind of --topology-kind', () => {
  let stopping: AbortController;
  let running: Promise<void>;
  beforeEach(() => void (stopping = new AbortController()));
  afterEach(async () => {
    stopping.abort();
    await running;
  });

  /** Runs a cache of ConfigMaps. `waits` gets the times that it sleeps, which take a moment only. */
  function start(client: MemoryClient, waits: number[] = []) {
    const { log, lines } = recordedLog();
    const sleep = async (ms: number, signal?: AbortSignal) => {
      waits.push(ms);
      await realSleep(1, signal);
    };
    const cache = new OtherKindCache({ client, log, kind: configMaps, hash: sha256, sleep });
    running = cache.run(stopping.signal);
    return { cache, lines };
  }

  function hub(served: readonly Resource[], objects: KubeObject[] = []) {
    const client = createMemoryClient(objects.map((object): [Resource, KubeObject] => [configMaps, object]));
    client.raw = discoveryOf(served);
    return client;
  }

  it('contains the objects that mooring has applied, by their deployment, and nothing else', async () => {
    const { cache } = start(hub([configMaps], [owned('a'), owned('b', 'team/api'), configMap('of-a-person')]));
    await cache.synced;
    assert.deepEqual(cache.resource, configMaps);
    assert.deepEqual(
      cache.list().map(({ metadata }) => metadata.name),
      ['a', 'b'],
    );
    assert.deepEqual(
      cache.ofDeployment('team/web').map(({ metadata }) => metadata.name),
      ['a'],
    );
    assert.equal(cache.get('default', 'a')?.metadata.name, 'a');
    assert.equal(cache.get('default', 'of-a-person'), undefined);
    assert.deepEqual([cache.name, cache.hasSynced(), cache.whyNotReady()], ['v1/ConfigMap', true, undefined]);
    assert.ok(cache.lastContact() > 0);
    assert.equal(await cache.isNotServed(notFound), false);
  });

  it('keeps long content as compressed text, which looks the same, and no status', async () => {
    const long = { text: 'a value that is repeated '.repeat(400) };
    const object = { ...owned('a'), data: { ...long }, binaryData: { ...long }, immutable: true };
    const { cache } = start(hub([configMaps], [{ ...object, status: { conditions: [] } } as KubeObject]));
    await cache.synced;
    const [cached] = cache.ofDeployment('team/web');
    assert.ok(cached !== undefined);
    const { metadata: _, ...content } = cached;
    const { metadata: __, ...given } = object;
    assert.deepEqual(content, given);
    assert.deepEqual(Object.keys(withPackedText(cached)), ['apiVersion', 'kind', 'metadata', 'packed']);
  });

  it('tells subscribers of changes, also those that subscribed before the kind was found', async () => {
    const client = hub([configMaps], [owned('a')]);
    const seen: string[] = [];
    const { cache } = start(client);
    cache.subscribe(({ type, object }) => void seen.push(`${type} ${object.metadata.name}`));
    await cache.synced;
    cache.subscribe(({ type, object }) => void seen.push(`later ${type} ${object.metadata.name}`));
    assert.deepEqual(seen, ['added a', 'later added a']);
  });

  it('is empty, and not ready, once the discovery has said twice that the kind is not served; it asks again', async () => {
    const served: Resource[] = [];
    const waits: number[] = [];
    const { cache, lines } = start(hub(served, [owned('a')]), waits);
    assert.equal(await cache.isNotServed(notFound), false, 'it is not confirmed yet');
    await cache.synced;
    assert.equal(waits[0], 2000);
    assert.deepEqual([cache.list(), cache.ofDeployment('team/web'), cache.resource], [[], [], undefined]);
    assert.equal(cache.get('default', 'a'), undefined);
    assert.equal(cache.lastContact(), 0);
    assert.match(
      cache.whyNotReady() ?? '',
      /^is not served by the API server; install the kind, or remove --topology-kind v1\/ConfigMap$/,
    );
    assert.equal(await cache.isNotServed(notFound), true);
    assert.equal(await cache.isNotServed(new ApiError('no', { code: 500, reason: 'No' })), false);
    assert.equal(lines.filter(({ level }) => level === 'warn').length, 1, 'it is logged once');
    served.push(configMaps);
    while (cache.list().length === 0) await realSleep(2);
    assert.equal(cache.whyNotReady(), undefined);
  });

  const held: [why: string, served: Resource[], message: RegExp][] = [
    [
      'it is served in another version, so objects of it may exist',
      [{ ...configMaps, version: 'v2' }],
      /^is served only in other versions: v2$/,
    ],
    [
      'it is not in a namespace',
      [{ ...configMaps, namespaced: false }],
      /^is not in a namespace; remove --topology-kind v1\/ConfigMap$/,
    ],
  ];
  for (const [why, served, message] of held) {
    it(`is never complete as long as ${why}`, async () => {
      const waits: number[] = [];
      const { cache } = start(hub(served, [owned('a')]), waits);
      while (waits.length < 5) await realSleep(2);
      assert.match(cache.whyNotReady() ?? '', message);
      assert.deepEqual([cache.hasSynced(), cache.resource], [false, undefined]);
      assert.equal(await cache.isNotServed(notFound), false);
    });
  }

  it('is not complete as long as the discovery cannot be read: a 404 says nothing', async () => {
    const client = hub([configMaps]);
    client.raw = () => Promise.reject(notFound);
    const waits: number[] = [];
    const { cache } = start(client, waits);
    while (waits.length < 5) await realSleep(2);
    assert.match(cache.whyNotReady() ?? '', /^is unknown, because the discovery cannot be read$/);
    assert.equal(cache.hasSynced(), false);
  });

  it('names the rights that the controller needs, as long as it cannot list the kind', async () => {
    const client = hub([configMaps]);
    client.list = () => Promise.reject(new ApiError('no', { code: 403, reason: 'Forbidden' }));
    const { cache } = start(client);
    while (cache.resource === undefined) await realSleep(2);
    assert.match(cache.whyNotReady() ?? '', /the controller needs the rights to list and watch configmaps$/);
  });
});
