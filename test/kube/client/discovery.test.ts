import assert from 'node:assert/strict';
import type { JsonValue } from '../../../src/api/object.ts';
import { placements } from '../../../src/api/ocm.ts';
import { isServed } from '../../../src/kube/client/discovery.ts';
import { ApiError, UnreadableResponse } from '../../../src/kube/client/errors.ts';
import { configMaps } from '../../support/config-maps.ts';

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
