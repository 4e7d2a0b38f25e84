import assert from 'node:assert/strict';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../src/api/ocm.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { mooring } from '../support/command-line.ts';
import { installedDefinition } from '../support/controller-scene.ts';
import { aReplicaSet } from '../support/hub-objects.ts';
import { createMemoryClient, type MemoryClient } from '../support/memory-client.ts';
import { aPlacement, deploymentFor } from '../support/placements.ts';

const owned = aPlacement({ name: 'web', from: 'team/prod@v1' });
const { labels = {}, annotations = {} } = owned.metadata;

/** Objects that an installation has applied for `apps/web`; nothing proves it without an installation. */
function applied(installation?: string): [Resource, KubeObject][] {
  const { 'spectrocloud.com/installation': _, ...others } = annotations;
  const proof = installation === undefined ? {} : { 'spectrocloud.com/installation': installation };
  const mark = <T extends KubeObject>(object: T): T => {
    const metadata = { ...object.metadata, labels, annotations: { ...others, ...proof } };
    return { ...object, metadata };
  };
  return [
    [placements, mark(aPlacement({ name: 'web' }))],
    [manifestWorkReplicaSets, mark(aReplicaSet())],
  ];
}

const hub = (...objects: [Resource, KubeObject][]) =>
  createMemoryClient([[customResourceDefinitions, installedDefinition], ...objects]);
const left = async (client: MemoryClient) =>
  [...(await client.list(manifestWorkReplicaSets)).items, ...(await client.list(placements)).items].length;
const run = (client: MemoryClient, ...args: string[]) => mooring(['remove-orphans', ...args], { client });

describe('mooring remove-orphans', () => {
  it('shows what it would delete, and deletes nothing without --yes', async () => {
    const client = hub(...applied('another'));
    const { code, out, error } = await run(client, '--all');
    assert.deepEqual([code, error], [0, '']);
    assert.equal(
      out,
      [
        'WorkloadDeployment apps/web does not exist',
        '  ManifestWorkReplicaSet hub/web (applied by another installation)',
        '  Placement hub/web (applied by another installation)',
        'nothing is deleted; to delete the objects, run the command again with --yes',
        '',
      ].join('\n'),
    );
    assert.deepEqual(client.writes, []);
  });

  for (const installation of ['another', 'installation', undefined]) {
    it(`deletes objects of ${installation ?? 'no'} installation, ManifestWorkReplicaSets first`, async () => {
      const client = hub(...applied(installation));
      const { code, out, error } = await run(client, 'web', '-n', 'apps', '--yes');
      assert.deepEqual([code, error], [0, '']);
      assert.match(out, /^ManifestWorkReplicaSet hub\/web deleted\nPlacement hub\/web deleted$/m);
      assert.equal(await left(client), 0);
      assert.equal((await run(client, '--all', '--yes')).out, 'there is nothing to delete\n');
    });
  }

  it('does not delete objects of a deployment that exists', async () => {
    const client = hub(...applied('another'), [workloadDeployments, deploymentFor(owned)]);
    const { code, out } = await run(client, '--all');
    assert.equal(code, 0);
    assert.match(out, /^WorkloadDeployment apps\/web exists; give it the objects with mooring adopt web -n apps$/m);
    assert.equal((await run(client, '--all', '--yes')).code, 1);
    assert.equal(await left(client), 2);
  });

  it('stops if the deployment is created in the meantime', async () => {
    const client = hub(...applied('another'));
    const get = client.get.bind(client);
    client.get = async (resource, key, options) =>
      resource === workloadDeployments ? (deploymentFor(owned) as never) : get(resource, key, options);
    const { code, error } = await run(client, '--all', '--yes');
    assert.equal(code, 1);
    assert.match(error, /WorkloadDeployment apps\/web was created in the meantime/);
    assert.equal(await left(client), 2);
  });

  it('waits for the work agents, keeps the Placement until then, and can be run again', async () => {
    const [placement, [resource, set]] = applied('another') as [[Resource, KubeObject], [Resource, KubeObject]];
    const client = hub(placement, [
      resource,
      { ...set, metadata: { ...set.metadata, finalizers: ['ocm/foreground'] } },
    ]);
    const { code, error } = await run(client, '--all', '--yes', '--timeout', '1');
    assert.equal(code, 1);
    assert.match(error, /ManifestWorkReplicaSet hub\/web still exists after 1 s.*run the command again to go on/);
    assert.equal((await client.list(placements)).items.length, 1);
    await client.patch(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' }, { metadata: { finalizers: null } });
    assert.equal((await run(client, '--all', '--yes')).code, 0);
    assert.equal(await left(client), 0);
  });

  it('reads an object again whose status OCM has written, and does not delete one that was edited', async () => {
    const conflict = new ApiError('changed', { code: 409, reason: 'Conflict' });
    const client = hub(...applied('another'));
    client.failNext('delete', conflict);
    assert.equal((await run(client, '--all', '--yes')).code, 0);
    const edited = hub(...applied('another'));
    edited.delete = async () => {
      const spec = { placementRefs: [{ name: 'other' }] };
      await edited.patch(manifestWorkReplicaSets, { namespace: 'hub', name: 'web' }, { spec });
      throw conflict;
    };
    const { code, error } = await run(edited, '--all', '--yes');
    assert.equal(code, 1);
    assert.match(error, /ManifestWorkReplicaSet hub\/web has changed in the meantime/);
  });

  it('says what right is missing, and what is wrong with its options', async () => {
    const client = hub(...applied('another'));
    client.failNext('delete', new ApiError('cannot delete', { code: 403, reason: 'Forbidden' }));
    const { code, error } = await run(client, '--all', '--yes');
    assert.deepEqual([code, error], [1, 'mooring: cannot delete\n']);
    for (const args of [[], ['web', '--all'], ['--all', '--timeout', '0']]) {
      assert.equal((await run(client, ...args)).code, 2, args.join(' '));
    }
  });
});
