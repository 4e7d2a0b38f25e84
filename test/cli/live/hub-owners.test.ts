import assert from 'node:assert/strict';
import { customResourceDefinitions } from '../../../src/api/crd.ts';
import { environments, workloadDeployments } from '../../../src/api/kinds.ts';
import { placements } from '../../../src/api/ocm.ts';
import { CommandFailed } from '../../../src/cli/live/command-failed.ts';
import { readHubOwners, readOwner, type OwnerOptions } from '../../../src/cli/live/hub-owners.ts';
import { titleOfOwner } from '../../../src/domain/render/ownership.ts';
import { UsageError } from '../../../src/usage-error.ts';
import { installedDefinition } from '../../support/controller-scene.ts';
import { configMap, configMaps } from '../../support/config-maps.ts';
import { discoveryOf } from '../../support/discovery.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { aPlacement, anEnvironment, deploymentFor } from '../../support/placements.ts';

const web = aPlacement({ name: 'web', from: 'team/prod@v1' });
const api = aPlacement({ name: 'api', from: 'team/prod@v1' });
const probe = aPlacement({ name: 'probe', from: 'team/prod@v1', probe: true });
const client = createMemoryClient([
  [customResourceDefinitions, installedDefinition],
  [environments, anEnvironment()],
  [workloadDeployments, deploymentFor(web)],
  [placements, web],
  [placements, api],
  [placements, probe],
  [placements, aPlacement({ name: 'of-a-person' })],
]);

const owners = async (names: string[], options: OwnerOptions, namespace = 'apps') => {
  const found = await readHubOwners(names, options, { client, namespace });
  return found.owners.map(({ owner, live, objects }) => {
    const held = objects.map(({ object }) => object.metadata.name).join(' ');
    return `${titleOfOwner(owner)} ${live === undefined ? 'is gone' : 'exists'}: ${held}`;
  });
};

describe('the owners that objects on the hub name', () => {
  const rows: [names: string[], options: OwnerOptions, found: string[], why: string][] = [
    [['web'], {}, ['WorkloadDeployment apps/web exists: web'], 'a deployment by name'],
    [
      ['api', 'web'],
      {},
      ['WorkloadDeployment apps/api is gone: api', 'WorkloadDeployment apps/web exists: web'],
      'two',
    ],
    [['prod'], {}, [], 'an Environment is not selected by name'],
    [
      [],
      { all: true },
      [
        'Environment team/prod exists: probe',
        'WorkloadDeployment apps/api is gone: api',
        'WorkloadDeployment apps/web exists: web',
      ],
      'all',
    ],
    [[], { all: true, namespace: 'team' }, ['Environment team/prod exists: probe'], 'all of a namespace'],
  ];
  for (const [names, options, found, why] of rows) {
    it(`are selected: ${why}`, async () => assert.deepEqual(await owners(names, options), found));
  }

  describe('of objects of another kind', () => {
    const annotations = web.metadata.annotations ?? {};
    const { metadata, ...object } = configMap('settings');
    const labels = { 'spectrocloud.com/deployment-hash': 'any' };
    const hub = createMemoryClient([
      [customResourceDefinitions, installedDefinition],
      [placements, web],
      [configMaps, { ...object, metadata: { ...metadata, labels, annotations } }],
      [configMaps, { ...object, metadata: { ...metadata, name: 'without-label', annotations } }],
    ]);
    const namesOf = async (topologyKind: string[], served = [configMaps]) => {
      hub.raw = discoveryOf(served);
      const found = await readHubOwners(['web'], { topologyKind }, { client: hub, namespace: 'apps' });
      return found.owners.flatMap(({ objects }) => objects.map((one) => one.object.metadata.name));
    };

    it('are found if the kind is named', async () => {
      assert.deepEqual(await namesOf(['v1/ConfigMap']), ['web', 'settings']);
      assert.deepEqual(await namesOf([]), ['web']);
    });

    it('are not looked for if the kind cannot be one of mooring', async () => {
      await assert.rejects(namesOf(['v1/Secret']), UsageError);
      await assert.rejects(namesOf(['v1/ConfigMap'], []), /the API server does not serve this kind/);
      await assert.rejects(namesOf(['v1/ConfigMap'], [{ ...configMaps, version: 'v2' }]), /only in v2/);
      await assert.rejects(namesOf(['v1/ConfigMap'], [{ ...configMaps, namespaced: false }]), /not in a namespace/);
    });
  });

  it('are not those of another namespace', async () => assert.deepEqual(await owners(['web'], {}, 'team'), []));

  it('have to be named, or all of them are meant', async () => {
    await assert.rejects(owners([], {}), UsageError);
    await assert.rejects(owners(['web'], { all: true }), UsageError);
  });

  it('are unknown while the kinds are not installed', async () => {
    const bare = createMemoryClient();
    await assert.rejects(readHubOwners(['web'], {}, { client: bare, namespace: 'apps' }), CommandFailed);
    const { metadata, ...definition } = installedDefinition;
    const terminating = { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['cleanup'] };
    const leaving = createMemoryClient([[customResourceDefinitions, { ...definition, metadata: terminating }]]);
    const read = readHubOwners(['web'], {}, { client: leaving, namespace: 'apps' });
    await assert.rejects(read, /is being deleted, so nothing says which objects have an owner/);
  });

  it('are read again one by one', async () => {
    const kind = 'WorkloadDeployment';
    assert.equal((await readOwner(client, { kind, namespace: 'apps', name: 'web' }))?.metadata.name, 'web');
    assert.equal(await readOwner(client, { kind, namespace: 'apps', name: 'api' }), undefined);
    assert.ok(await readOwner(client, { kind: 'Environment', namespace: 'team', name: 'prod' }));
  });
});
