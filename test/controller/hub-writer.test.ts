import assert from 'node:assert/strict';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { applyToHub, type HubWriter } from '../../src/controller/hub-writer.ts';
import type { HubObject } from '../../src/domain/render/hub-objects.ts';
import type { HubPlan } from '../../src/domain/render/hub-plan.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { placements } from '../../src/api/ocm.ts';
import { configMaps } from '../support/config-maps.ts';
import { PersistentErrors } from '../../src/controller/persistent-errors.ts';
import { forbidden, namespaceNamed, withHubRights } from '../support/hub-rights.ts';
import { createMemoryClient, type MemoryClient } from '../support/memory-client.ts';

const placement: HubObject = {
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  metadata: { name: 'p', namespace: 'hub', labels: {}, annotations: {} },
};
const cacheThatSays = (notServed: boolean) => {
  const cache = { isNotServed: () => Promise.resolve(notServed) };
  return { placements: cache, replicaSets: cache, otherKinds: [] };
};
const writerTo = (client: MemoryClient, options: Partial<HubWriter> = {}): HubWriter => ({
  client,
  caches: cacheThatSays(true),
  snapshots: { remember: () => {} },
  persistentErrors: new PersistentErrors(() => 0),
  ...options,
});
const planOf = (apply: HubObject[], conflicts: KubeObject[] = []): HubPlan => ({
  apply,
  conflicts,
  prune: [],
  terminating: [],
});

interface HubState {
  /** The rights that the controller lacks, such as `delete hub`. */
  denied?: string[];
  objects?: [Resource, KubeObject][];
}

/** A hub that has the namespace `hub`. */
function hub({ denied = [], objects = [namespaceNamed('hub')] }: HubState = {}) {
  return withHubRights(createMemoryClient(objects), denied);
}

const failures: { error: Error; reason: string | undefined; why: string }[] = [
  {
    error: new ApiError('no', { code: 404, reason: 'NotFound', details: { kind: 'namespaces' } }),
    reason: 'HubNamespaceNotFound',
    why: 'the user can create the namespace',
  },
  { error: new ApiError('no', { code: 404, reason: 'Unknown' }), reason: 'KindNotFound', why: 'OCM is not installed' },
  {
    error: new ApiError('no', { code: 422, reason: 'Invalid' }),
    reason: 'RefusedByHub',
    why: 'the user can fix the object',
  },
  {
    error: new ApiError('no', { code: 403, reason: 'Forbidden' }),
    reason: 'RefusedByHub',
    why: 'the controller has the right, so a policy or a quota refuses it',
  },
  { error: new ApiError('no', { code: 409, reason: 'Conflict' }), reason: undefined, why: 'the reconcile is repeated' },
  {
    error: new ApiError('no', { code: 500, reason: 'InternalError' }),
    reason: undefined,
    why: 'etcd has no leader at the moment',
  },
  {
    error: new ApiError('.spec.cascadeDeletionPolicy: field not declared in schema', {
      code: 500,
      reason: 'InternalError',
    }),
    reason: 'RefusedByHub',
    why: 'OCM is older than the topology',
  },
  { error: new ApiError('no', { code: 429, reason: 'TooManyRequests' }), reason: undefined, why: 'try again' },
  {
    error: new ApiError('no', { code: 413, reason: 'RequestEntityTooLarge' }),
    reason: 'RefusedByHub',
    why: 'the user can make the object smaller',
  },
  { error: new ApiError('no', { code: 503, reason: 'ServiceUnavailable' }), reason: undefined, why: 'try again' },
  { error: new Error('socket hang up'), reason: undefined, why: 'try again' },
];

describe('writing to the hub', () => {
  it('applies the objects of the plan in its order', async () => {
    const client = createMemoryClient();
    const other = { ...placement, metadata: { ...placement.metadata, name: 'q' } };
    assert.deepEqual(await applyToHub(writerTo(client), planOf([placement, other])), { changed: true });
    assert.deepEqual(
      client.writes.map(({ verb, key }) => `${verb} ${key}`),
      [
        'apply placements.cluster.open-cluster-management.io/hub/p',
        'apply placements.cluster.open-cluster-management.io/hub/q',
      ],
    );
  });

  it('reports that nothing has changed, and remembers how each object was stored', async () => {
    const client = createMemoryClient();
    const remembered: unknown[] = [];
    const remembering = writerTo(client, { snapshots: { remember: (...pair) => void remembered.push(pair) } });
    await applyToHub(remembering, planOf([placement]));
    const [stored] = (await client.list(placements)).items;
    const { resourceVersion = '' } = stored?.metadata ?? {};
    const again = { ...placement, metadata: { ...placement.metadata, resourceVersion } };
    assert.deepEqual(await applyToHub(remembering, planOf([again])), { changed: false });
    assert.deepEqual(remembered[1], [again, stored]);
  });

  it('reports each stored object with its kind before it writes the next one', async () => {
    const client = createMemoryClient();
    const other = { ...placement, metadata: { ...placement.metadata, name: 'q' } };
    const seen: string[] = [];
    const onWritten = ({ kind, metadata }: KubeObject) => {
      const state = metadata.uid === undefined ? 'unknown' : 'stored';
      seen.push(`${kind} ${metadata.name} ${state} ${client.writes.length}`);
    };
    await applyToHub(writerTo(client, { onWritten }), planOf([placement, other]));
    assert.deepEqual(seen, ['Placement p stored 1', 'Placement q stored 2']);
  });

  it('reports no object that was rejected', async () => {
    const client = createMemoryClient();
    client.failNext('apply', new ApiError('no', { code: 422, reason: 'Invalid' }));
    const writer = writerTo(client, { onWritten: () => assert.fail('nothing was written') });
    const { failure } = await applyToHub(writer, planOf([placement]));
    assert.equal(failure?.reason, 'RefusedByHub');
  });

  it('writes nothing if there is a name conflict', async () => {
    const client = createMemoryClient();
    const { failure } = await applyToHub(writerTo(client), planOf([placement], [placement]));
    assert.equal(failure?.reason, 'NameTaken');
    assert.deepEqual(client.writes, []);
  });

  for (const { error, reason, why } of failures) {
    it(`${reason === undefined ? 'throws' : `returns ${reason} for`} ${error instanceof ApiError ? error.code : error.message}: ${why}`, async () => {
      const client = hub();
      client.failNext('apply', error);
      const applying = applyToHub(writerTo(client), planOf([placement]));
      if (reason === undefined) await assert.rejects(applying, error);
      else assert.equal((await applying).failure?.reason, reason);
    });
  }

  it('throws a 404 while the kind is served: it is of something in front of the API server', async () => {
    const client = createMemoryClient();
    const error = new ApiError('<html>', { code: 404, reason: 'Unknown' });
    client.failNext('apply', error);
    await assert.rejects(applyToHub(writerTo(client, { caches: cacheThatSays(false) }), planOf([placement])), error);
  });

  it('returns RefusedByHub for a 500 that persists: a field that is not in the schema', async () => {
    const client = createMemoryClient();
    let now = 0;
    const writer = writerTo(client, { persistentErrors: new PersistentErrors(() => now) });
    const failWith = (code: number) => {
      client.failNext('apply', new ApiError('field not declared', { code, reason: 'No' }));
      return applyToHub(writer, planOf([placement]));
    };
    await assert.rejects(failWith(500));
    now = 40_000;
    assert.equal((await failWith(500)).failure?.reason, 'RefusedByHub');
    await assert.rejects(failWith(503));
    await assert.rejects(failWith(500), 'another response ends the series');
    await applyToHub(writer, planOf([placement]));
    now = 90_000;
    await assert.rejects(failWith(500), 'a success ends the series');
  });

  const closed: { on: HubState; reason: string; message: RegExp; why: string }[] = [
    {
      on: { denied: ['patch hub'] },
      reason: 'HubNamespaceNotOpen',
      message: /^hub namespace hub is not open: .* placements there; .*`mooring hub-namespace open hub --apply`$/,
      why: 'there is no RoleBinding',
    },
    {
      on: { denied: ['create hub'] },
      reason: 'HubNamespaceNotOpen',
      message: /not open/,
      why: 'server-side apply needs both verbs',
    },
    {
      on: { denied: ['create hub', 'patch hub'], objects: [] },
      reason: 'HubNamespaceNotFound',
      message: /^namespace hub does not exist on the hub: create it.*`mooring hub-namespace open hub --apply`$/,
      why: 'the API server refuses rights there before it looks for the namespace',
    },
    {
      on: { denied: ['create hub', 'patch hub'], objects: [namespaceNamed('hub', '2026-01-01T00:00:00Z')] },
      reason: 'RefusedByHub',
      message: /^namespace hub on the hub is terminating$/,
      why: 'the RoleBinding is deleted with the namespace',
    },
  ];
  for (const { on, reason, message, why } of closed) {
    it(`returns ${reason} for a missing right: ${why}`, async () => {
      const client = hub(on);
      client.failNext('apply', forbidden());
      const { failure } = await applyToHub(writerTo(client), planOf([placement]));
      assert.equal(failure?.reason, reason);
      assert.match(failure.message, message);
    });
  }

  it('applies an object of another kind with the resource of its cache, and reports a kind that is not served', async () => {
    const client = createMemoryClient();
    const cacheOf = (resource?: Resource, notServed = true) => {
      const other = { name: 'v1/ConfigMap', resource, isNotServed: () => Promise.resolve(notServed) };
      return { ...cacheThatSays(true), otherKinds: [other] };
    };
    const data: HubObject = { ...placement, apiVersion: 'v1', kind: 'ConfigMap' };
    assert.deepEqual(await applyToHub(writerTo(client, { caches: cacheOf(configMaps) }), planOf([data])), {
      changed: true,
    });
    assert.equal((await client.list(configMaps)).items.length, 1);
    const unknown = await applyToHub(writerTo(client, { caches: cacheOf() }), planOf([data]));
    assert.equal(unknown.failure?.reason, 'KindNotFound');
    assert.match(unknown.failure.message, /does not serve v1\/ConfigMap, which --topology-kind allows/);
    const gone = new ApiError('not found', { code: 404, reason: 'Unknown' });
    client.failNext('apply', gone);
    const { failure } = await applyToHub(writerTo(client, { caches: cacheOf(configMaps) }), planOf([data]));
    assert.deepEqual(failure, unknown.failure);
    client.failNext('apply', gone);
    const unsure = writerTo(client, { caches: cacheOf(configMaps, false) });
    await assert.rejects(applyToHub(unsure, planOf([data])), gone);
  });
});
