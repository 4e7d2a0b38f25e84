import assert from 'node:assert/strict';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { placements, type Placement } from '../../src/api/ocm.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { mooring } from '../support/command-line.ts';
import { installedDefinition } from '../support/controller-scene.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { aPlacement, anEnvironment, deploymentFor } from '../support/placements.ts';

const from = 'team/prod@v1';

/** The Placement with the annotation `installation`, or without it. */
function by(installation: string | undefined, { metadata, ...placement }: Placement): Placement {
  const { 'spectrocloud.com/installation': _, ...annotations } = metadata.annotations ?? {};
  const named = installation === undefined ? {} : { 'spectrocloud.com/installation': installation };
  return { ...placement, metadata: { ...metadata, annotations: { ...annotations, ...named } } };
}

function hub(onHub: readonly Placement[], owners: readonly [Resource, KubeObject][]) {
  return createMemoryClient([
    [customResourceDefinitions, installedDefinition],
    ...owners,
    ...onHub.map((placement): [Resource, KubeObject] => [placements, placement]),
  ]);
}

const web = aPlacement({ name: 'web', from });
const probe = aPlacement({ name: 'probe', from, probe: true });
const again: KubeObject = { ...deploymentFor(web), metadata: { ...deploymentFor(web).metadata, uid: 'again' } };
const existing: [Resource, KubeObject][] = [
  [workloadDeployments, again],
  [environments, anEnvironment()],
];

describe('mooring adopt', () => {
  for (const installation of ['another', undefined]) {
    it(`marks objects of ${installation ?? 'no'} installation as objects of the deployment that they name`, async () => {
      const client = hub([by(installation, web), by(installation, probe)], existing);
      const { code, out, error } = await mooring(['adopt', '--all'], { client });
      assert.deepEqual([code, error], [0, '']);
      assert.match(out, /^Placement hub\/web adopted by WorkloadDeployment apps\/web$/m);
      assert.match(out, /^Placement hub\/probe adopted by Environment team\/prod$/m);
      assert.match(out, /^2 adopted, 0 skipped$/m);
      const { metadata } = await client.get(placements, { namespace: 'hub', name: 'web' });
      assert.equal(metadata.annotations?.['spectrocloud.com/deployment-uid'], 'again');
      assert.equal(metadata.annotations['spectrocloud.com/installation'], 'installation');
      client.writes.splice(0);
      assert.match((await mooring(['adopt', '--all'], { client })).out, /^0 adopted, 0 skipped$/m);
      assert.deepEqual(client.writes, [], 'the second time there is nothing to do');
    });
  }

  it('leaves alone what this installation has applied', async () => {
    const client = hub([web], existing);
    assert.equal((await mooring(['adopt', 'web', '-n', 'apps'], { client })).out, '0 adopted, 0 skipped\n');
    assert.deepEqual(client.writes, []);
  });

  it('skips objects whose deployment does not exist or is being deleted', async () => {
    const { code, out } = await mooring(['adopt', '--all'], { client: hub([by('another', web)], []) });
    assert.equal(code, 1);
    assert.match(out, /skipped: WorkloadDeployment apps\/web does not exist; create it first, or delete the object/);
    const metadata = { ...again.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['any'] };
    const client = hub([by('another', web)], [[workloadDeployments, { ...again, metadata }]]);
    assert.match((await mooring(['adopt', '--all'], { client })).out, /skipped: .* is being deleted/);
    assert.deepEqual(client.writes, []);
  });

  it('changes nothing in a dry run', async () => {
    const client = hub([by('another', web)], existing);
    const { code, out } = await mooring(['adopt', 'web', '-n', 'apps', '--dry-run'], { client });
    assert.equal(code, 0);
    assert.match(out, /adopted by WorkloadDeployment apps\/web \(server dry run\)/);
    assert.deepEqual(client.writes, []);
  });

  it('reads an object again that OCM has changed, and gives up on one that always changes', async () => {
    const conflict = () => new ApiError('changed', { code: 409, reason: 'Conflict' });
    const client = hub([by('another', web)], existing);
    client.failNext('patch', conflict());
    assert.equal((await mooring(['adopt', '--all'], { client })).code, 0);
    const busy = hub([by('another', web)], existing);
    busy.patch = () => Promise.reject(conflict());
    assert.equal((await mooring(['adopt', '--all'], { client: busy })).code, 1);
  });

  it('skips an object that was deleted meanwhile', async () => {
    const client = hub([by('another', web)], existing);
    client.failNext('patch', new ApiError('changed', { code: 409, reason: 'Conflict' }));
    const get = client.get.bind(client);
    client.get = async (resource, key, options) => {
      if (resource === placements) throw new ApiError('gone', { code: 404, reason: 'NotFound' });
      return get(resource, key, options);
    };
    assert.match((await mooring(['adopt', '--all'], { client })).out, /skipped: it was deleted in the meantime/);
  });

  it('says what right is missing', async () => {
    const client = hub([by('another', web)], existing);
    client.failNext(
      'patch',
      new ApiError('you need the verb restore on the object', { code: 403, reason: 'Forbidden' }),
    );
    const { code, error } = await mooring(['adopt', '--all'], { client });
    assert.deepEqual([code, error], [1, 'mooring: you need the verb restore on the object\n']);
  });

  it('needs names or --all', async () => {
    const { code, error } = await mooring(['adopt'], { client: hub([], []) });
    assert.equal(code, 2);
    assert.match(error, /give either the NAMEs of WorkloadDeployments or --all; see mooring adopt --help/);
  });
});
