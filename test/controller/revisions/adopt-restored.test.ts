import assert from 'node:assert/strict';
import type { DefinitionRevision } from '../../../src/api/definition-revision.ts';
import { definitionRevisions, environments } from '../../../src/api/kinds.ts';
import type { ObjectMeta } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { adoptRestored } from '../../../src/controller/revisions/adopt-restored.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { controllerScene } from '../../support/controller-scene.ts';
import { requestObject } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

const plain = requestObject(environment('team'));
const definition = {
  ...plain,
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Environment',
  metadata: { ...plain.metadata, uid: 'uid-1' },
};

function revision(number: number, metadata: Partial<ObjectMeta>): DefinitionRevision {
  const recorded = revisionOf('Environment', definition, { revision: number, hash: `h1:${sha256('')}` });
  return { ...recorded, metadata: { ...recorded.metadata, ...metadata } };
}

describe('revisions that were restored from a backup', () => {
  it('get the object as their owner, and the time; others stay as they are', async () => {
    const scene = await controllerScene([
      [environments, definition],
      [definitionRevisions, revision(1, { ownerReferences: [] })],
      [definitionRevisions, revision(2, {})],
      [definitionRevisions, revision(3, { ownerReferences: [], deletionTimestamp: 'now', finalizers: ['a/b'] })],
    ]);
    try {
      const { client, caches, log } = scene;
      await adoptRestored('Environment', definition, { client, caches, log, now: () => Date.UTC(2026, 0, 1) });
      assert.deepEqual(
        client.writes.map(({ verb, key }) => `${verb} ${key.split('/').at(-1) ?? ''}`),
        ['patch environment.primary.v1'],
      );
      const key = { namespace: 'team', name: 'environment.primary.v1' };
      const { metadata } = await client.get<DefinitionRevision>(definitionRevisions, key);
      assert.equal(metadata.ownerReferences?.[0]?.uid, 'uid-1');
      assert.equal(metadata.annotations?.['spectrocloud.com/restored'], '2026-01-01T00:00:00.000Z');
    } finally {
      await scene.stop();
    }
  });
});
