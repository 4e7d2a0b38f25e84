import assert from 'node:assert/strict';
import type { JsonValue, Resource } from '../../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../../src/api/ocm.ts';
import { findKind, isServed, listIfServed, type FoundKind } from '../../../src/kube/client/discovery.ts';
import { ApiError, UnreadableResponse } from '../../../src/kube/client/errors.ts';
import { configMaps } from '../../support/config-maps.ts';
import { discoveryOf } from '../../support/discovery.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const group = 'cluster.open-cluster-management.io';
const groups = (...versions: string[]) => ({
  kind: 'APIGroupList',
  groups: [
    { name: 'apps', versions: [{ version: 'v1' }] },
    { name: group, versions: versions.map((version) => ({ version })) },
  ],
});
const resources = (...names: string[]) => ({ kind: 'APIResourceList', resources: names.map((name) => ({ name })) });

/** A client whose `raw` returns these bodies, and throws a 404 for other paths. */
function clientOf(pages: Record<string, JsonValue>) {
  return {
    raw: (_method: string, path: string) => {
      const body = pages[path];
      if (body !== undefined) return Promise.resolve(body);
      return Promise.reject(new ApiError('404 page not found', { code: 404, reason: 'Unknown' }));
    },
  };
}

describe('findKind', () => {
  const v2: Resource = { ...configMaps, group: 'a.b', version: 'v2' };
  const rows: [why: string, served: Resource[], found: FoundKind | undefined][] = [
    ['it is served', [v2], { state: 'served', resource: v2 }],
    ['it is served in this and in another version', [{ ...v2, version: 'v1' }, v2], { state: 'served', resource: v2 }],
    [
      'it is not in a namespace',
      [{ ...v2, namespaced: false }],
      { state: 'served', resource: { ...v2, namespaced: false } },
    ],
    ['its plural is irregular', [{ ...v2, plural: 'x' }], { state: 'served', resource: { ...v2, plural: 'x' } }],
    ['it is served in another version', [{ ...v2, version: 'v1' }], { state: 'other versions', versions: ['v1'] }],
    ['another group has the kind', [configMaps], undefined],
    ['the group has another kind', [{ ...v2, kind: 'Other' }], undefined],
  ];
  for (const [why, served, found] of rows) {
    it(`is ${found?.state ?? 'undefined'} if ${why}`, async () =>
      assert.deepEqual(await findKind({ raw: discoveryOf(served) }, v2), found));
  }

  it('finds kinds of the core group, and throws if the discovery cannot be read', async () => {
    const found = { state: 'served', resource: configMaps };
    assert.deepEqual(await findKind({ raw: discoveryOf([configMaps]) }, configMaps), found);
    await assert.rejects(findKind(clientOf({}), configMaps), ApiError);
  });
});

describe('isServed', () => {
  const rows: [why: string, pages: Record<string, JsonValue>, served: boolean][] = [
    [
      'the kind is in the version',
      { '/apis': groups('v1beta1'), [`/apis/${group}/v1beta1`]: resources('placements', 'placements/status') },
      true,
    ],
    [
      'the kind is in another version, so its objects exist',
      {
        '/apis': groups('v1beta1', 'v1'),
        [`/apis/${group}/v1beta1`]: resources(),
        [`/apis/${group}/v1`]: resources('placements'),
      },
      true,
    ],
    [
      'the group has other kinds only',
      { '/apis': groups('v1'), [`/apis/${group}/v1`]: resources('managedclusters') },
      false,
    ],
    ['there is no such group', { '/apis': { kind: 'APIGroupList', groups: [] } }, false],
    ['there are no groups at all', { '/apis': { kind: 'APIGroupList', groups: null } }, false],
  ];
  for (const [why, pages, served] of rows) {
    it(`is ${String(served)} if ${why}`, async () => assert.equal(await isServed(clientOf(pages), placements), served));
  }

  it('reads kinds of the core group from their own path', async () => {
    const pages = { '/api': { kind: 'APIVersions', versions: ['v1'] }, '/api/v1': resources('configmaps') };
    assert.equal(await isServed(clientOf(pages), configMaps), true);
    assert.equal(await isServed(clientOf({ ...pages, '/api/v1': resources('pods') }), configMaps), false);
  });

  it('throws if the discovery cannot be read, because then it is unknown', async () => {
    await assert.rejects(isServed(clientOf({}), placements), ApiError);
    await assert.rejects(isServed(clientOf({ '/apis': groups('v1') }), placements), ApiError);
    await assert.rejects(isServed(clientOf({ '/apis': '<html>Not Found</html>' }), placements), UnreadableResponse);
  });
});

const notFound = new ApiError('page not found', { code: 404, reason: 'NotFound' });

describe('a list of a kind that may not be installed', () => {
  /** Lists with a client to which the list is not found, and the discovery says this, one after the other. */
  async function list(served: boolean[], error: Error = notFound) {
    const slept: number[] = [];
    const client = {
      ...createMemoryClient(),
      list: () => Promise.reject(error),
      raw: (_method: string, path: string) => {
        if (path === '/apis')
          return Promise.resolve({
            kind: 'APIGroupList',
            groups: [{ name: manifestWorkReplicaSets.group, versions: [{ version: 'v1' }] }],
          });
        return Promise.resolve(served.shift() === true ? resources('manifestworkreplicasets') : resources());
      },
    };
    const items = await listIfServed(client, manifestWorkReplicaSets, {}, async (ms) => void slept.push(ms));
    return { items, slept };
  }

  it('is what the API server responds', async () => {
    const metadata = { namespace: 'hub', name: 'web' };
    const object = { apiVersion: `work.open-cluster-management.io/v1alpha1`, kind: 'ManifestWorkReplicaSet', metadata };
    const items = await listIfServed(createMemoryClient([[manifestWorkReplicaSets, object]]), manifestWorkReplicaSets);
    assert.equal(items.length, 1);
  });

  it('is empty if the discovery says twice, two seconds apart, that the kind is not served', async () => {
    assert.deepEqual(await list([false, false]), { items: [], slept: [2000] });
  });

  for (const served of [[true], [false, true]]) {
    it(`fails if the discovery says ${served.join(', then ')}`, async () => {
      await assert.rejects(list([...served]), notFound);
    });
  }

  it('fails with another error', async () => {
    const error = new ApiError('no', { code: 500, reason: 'InternalError' });
    await assert.rejects(list([false, false], error), error);
  });
});
