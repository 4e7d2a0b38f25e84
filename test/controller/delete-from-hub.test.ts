import assert from 'node:assert/strict';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { placements } from '../../src/api/ocm.ts';
import { deleteFromHub } from '../../src/controller/delete-from-hub.ts';
import { isConflict } from '../../src/kube/client/errors.ts';
import { forbidden, namespaceNamed, withHubRights } from '../support/hub-rights.ts';
import { createMemoryClient } from '../support/memory-client.ts';

interface HubState {
  /** The rights that the controller lacks, such as `delete hub`. */
  denied?: string[];
  objects?: [Resource, KubeObject][];
}

/** A hub that has the namespace `hub`. */
function hub({ denied = [], objects = [namespaceNamed('hub')] }: HubState = {}) {
  return withHubRights(createMemoryClient(objects), denied);
}

describe('deleting from the hub', () => {
  const inNamespace = (namespace: string): KubeObject => ({
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'Placement',
    metadata: { name: 'p', namespace, uid: `uid-${namespace}` },
  });
  const resource = placements;

  it('deletes by uid, skips what is terminating, and reports each object', async () => {
    const client = hub({ objects: [[resource, inNamespace('hub')]] });
    const seen: string[] = [];
    const terminating = inNamespace('other');
    terminating.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    const failure = await deleteFromHub(client, resource, [terminating, inNamespace('hub')], ({ metadata }) =>
      seen.push(metadata.namespace ?? ''),
    );
    assert.deepEqual([failure, seen, client.writes.length], [undefined, ['hub'], 1]);
  });

  it('deletes nothing that has changed since it was read', async () => {
    const client = hub({ objects: [[resource, inNamespace('hub')]] });
    const [read] = (await client.list(resource)).items;
    assert.ok(read);
    await client.patch(resource, { namespace: 'hub', name: 'p' }, { metadata: { labels: { wanted: 'again' } } });
    await assert.rejects(deleteFromHub(client, resource, [read]), isConflict);
    assert.equal((await client.list(resource)).items.length, 1);
  });

  it('goes on in other namespaces if one is not open', async () => {
    const objects: [Resource, KubeObject][] = [
      namespaceNamed('closed'),
      [resource, inNamespace('closed')],
      [resource, inNamespace('hub')],
    ];
    const client = hub({ denied: ['delete closed'], objects });
    client.failNext('delete', forbidden());
    const failure = await deleteFromHub(client, resource, [inNamespace('closed'), inNamespace('hub')]);
    assert.equal(failure?.reason, 'HubNamespaceNotOpen');
    assert.deepEqual(
      (await client.list(resource)).items.map(({ metadata }) => metadata.namespace),
      ['closed'],
    );
  });

  it('waits for a namespace that is terminating or gone', async () => {
    for (const objects of [[], [namespaceNamed('hub', '2026-01-01T00:00:00Z')]]) {
      const client = hub({ denied: ['delete hub'], objects });
      client.failNext('delete', forbidden());
      assert.equal(await deleteFromHub(client, resource, [inNamespace('hub')]), undefined);
    }
  });

  it('throws what is no missing right', async () => {
    for (const error of [forbidden(), new Error('socket hang up')]) {
      const client = hub();
      client.failNext('delete', error);
      await assert.rejects(deleteFromHub(client, resource, [inNamespace('hub')]), error);
    }
  });
});
