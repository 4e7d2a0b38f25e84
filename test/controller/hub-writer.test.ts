import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { applyToHub, resourceOf } from '../../src/controller/hub-writer.ts';
import type { HubObject } from '../../src/domain/render/hub-objects.ts';
import type { HubPlan } from '../../src/domain/render/hub-plan.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { createMemoryClient } from '../support/memory-client.ts';

const placement: HubObject = {
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  metadata: { name: 'p', namespace: 'hub', labels: {}, annotations: {} },
};
const snapshots = { remember: () => {} };
const planOf = (apply: HubObject[], conflicts: KubeObject[] = []): HubPlan => ({
  apply,
  conflicts,
  prune: [],
  terminating: [],
});

const failures: { error: Error; reason: string | undefined; why: string }[] = [
  {
    error: new ApiError('no', { code: 404, reason: 'NotFound', body: { details: { kind: 'namespaces' } } }),
    reason: 'HubNamespaceNotFound',
    why: 'the user can create the namespace',
  },
  { error: new ApiError('no', { code: 404, reason: 'NotFound' }), reason: 'KindNotFound', why: 'OCM is not installed' },
  {
    error: new ApiError('no', { code: 422, reason: 'Invalid' }),
    reason: 'RefusedByHub',
    why: 'the user can fix the object',
  },
  {
    error: new ApiError('no', { code: 403, reason: 'Forbidden' }),
    reason: 'RefusedByHub',
    why: 'an administrator can fix the rights',
  },
  { error: new ApiError('no', { code: 409, reason: 'Conflict' }), reason: undefined, why: 'the reconcile is repeated' },
  {
    error: new ApiError('no', { code: 500, reason: 'InternalError' }),
    reason: 'RefusedByHub',
    why: 'a field that is not in the schema',
  },
  { error: new ApiError('no', { code: 503, reason: 'ServiceUnavailable' }), reason: undefined, why: 'try again' },
  { error: new Error('socket hang up'), reason: undefined, why: 'try again' },
];

describe('writing to the hub', () => {
  it('applies the objects of the plan in its order', async () => {
    const client = createMemoryClient();
    const other = { ...placement, metadata: { ...placement.metadata, name: 'q' } };
    assert.deepEqual(await applyToHub(client, planOf([placement, other]), snapshots), { changed: true });
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
    const remembering = { remember: (...pair: unknown[]) => void remembered.push(pair) };
    await applyToHub(client, planOf([placement]), remembering);
    const [stored] = (await client.list(resourceOf(placement))).items;
    const { resourceVersion = '' } = stored?.metadata ?? {};
    const again = { ...placement, metadata: { ...placement.metadata, resourceVersion } };
    assert.deepEqual(await applyToHub(client, planOf([again]), remembering), { changed: false });
    assert.deepEqual(remembered[1], [again, stored]);
  });

  it('reports each stored object with its kind before it writes the next one', async () => {
    const client = createMemoryClient();
    const other = { ...placement, metadata: { ...placement.metadata, name: 'q' } };
    const seen: string[] = [];
    await applyToHub(client, planOf([placement, other]), snapshots, ({ kind, metadata }) => {
      seen.push(
        `${kind} ${metadata.name} ${metadata.uid === undefined ? 'unknown' : 'stored'} ${client.writes.length}`,
      );
    });
    assert.deepEqual(seen, ['Placement p stored 1', 'Placement q stored 2']);
  });

  it('reports no object that was rejected', async () => {
    const client = createMemoryClient();
    client.failNext('apply', new ApiError('no', { code: 422, reason: 'Invalid' }));
    const { failure } = await applyToHub(client, planOf([placement]), snapshots, () =>
      assert.fail('nothing was written'),
    );
    assert.equal(failure?.reason, 'RefusedByHub');
  });

  it('writes nothing if there is a name conflict', async () => {
    const client = createMemoryClient();
    const { failure } = await applyToHub(client, planOf([placement], [placement]), snapshots);
    assert.equal(failure?.reason, 'NameTaken');
    assert.deepEqual(client.writes, []);
  });

  for (const { error, reason, why } of failures) {
    it(`${reason === undefined ? 'throws' : `returns ${reason} for`} ${error instanceof ApiError ? error.code : error.message}: ${why}`, async () => {
      const client = createMemoryClient();
      client.failNext('apply', error);
      const applying = applyToHub(client, planOf([placement]), snapshots);
      if (reason === undefined) await assert.rejects(applying, error);
      else assert.equal((await applying).failure?.reason, reason);
    });
  }

  it('derives the resource of a kind with a regular plural', () => {
    assert.equal(resourceOf({ apiVersion: 'v1', kind: 'ConfigMap' }).plural, 'configmaps');
    assert.deepEqual(resourceOf({ apiVersion: 'v1', kind: 'ConfigMap' }).group, '');
    assert.equal(resourceOf(placement).group, 'cluster.open-cluster-management.io');
  });
});
