import assert from 'node:assert/strict';
import { definitionRevisions, environments } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { allOwnRevisions, definitionKey, ownRevisions } from '../../../src/controller/revisions/own-revisions.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';
import { controllerScene } from '../../support/controller-scene.ts';
import { requestObject } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

function primary(uid: string): Definition {
  const object = requestObject(environment('team'));
  return { ...object, metadata: { ...object.metadata, uid } };
}

function revision(number: number, metadata: Partial<KubeObject['metadata']> = {}, uid = 'uid-1'): KubeObject {
  const recorded = revisionOf('Environment', primary(uid), { revision: number, hash: sha256('') });
  return { ...recorded, metadata: { ...recorded.metadata, ...metadata } };
}

describe('the revisions of a definition', () => {
  it('have a key that names the kind', () => {
    assert.equal(definitionKey('Environment', primary('uid-1')), 'Environment/team/primary');
  });

  it('are those that it owns; terminating ones count only for its deletion', async () => {
    const scene = await controllerScene([
      [environments, primary('uid-1')],
      [definitionRevisions, revision(1, { finalizers: ['keeps/it'] })],
      [definitionRevisions, revision(2)],
      [definitionRevisions, revision(3, {}, 'uid of an earlier object of this name')],
    ]);
    try {
      await scene.client.delete(definitionRevisions, { namespace: 'team', name: 'environment.primary.v1' });
      await scene.caughtUp();
      const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name).toSorted();
      const own = ownRevisions('Environment', primary('uid-1'), scene.caches);
      assert.deepEqual(names(own.map(({ object }) => object)), ['environment.primary.v2']);
      assert.deepEqual(
        own.map(({ known }) => known.revision),
        [2],
      );
      assert.deepEqual(names(allOwnRevisions('Environment', primary('uid-1'), scene.caches)), [
        'environment.primary.v1',
        'environment.primary.v2',
      ]);
    } finally {
      await scene.stop();
    }
  });

  it('include those that were restored from a backup and have no owner yet', async () => {
    const scene = await controllerScene([
      [environments, primary('uid-1')],
      [definitionRevisions, revision(1, { ownerReferences: [] })],
    ]);
    try {
      assert.equal(allOwnRevisions('Environment', primary('uid-1'), scene.caches).length, 1);
    } finally {
      await scene.stop();
    }
  });
});
