import assert from 'node:assert/strict';
import { definitionRevisions, environments } from '../../../src/api/kinds.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { cachedStore } from '../../../src/catalog/stores/cached.ts';
import { liveStore } from '../../../src/catalog/stores/live.ts';
import type { DefinitionStore } from '../../../src/catalog/store.ts';
import { readStamp } from '../../../src/domain/revisions/revision.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { requestObject, stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

function primary(uid: string, revision: number): Definition {
  const object = requestObject(environment('team', { labels: { revision: String(revision) } }));
  return stampedAs({ ...object, metadata: { ...object.metadata, uid } }, revision);
}

function recorded(uid: string, revision: number) {
  const definition = primary(uid, revision);
  const stamp = readStamp(definition.metadata);
  assert.ok(stamp);
  return revisionOf('Environment', definition, stamp);
}

const now = primary('uid-1', 3);

describe('the stores of a cluster', () => {
  let scene: ControllerScene;
  const sources: [string, () => DefinitionStore][] = [
    ['live', () => liveStore(scene.client)],
    ['cached', () => cachedStore(scene.caches.definitions, scene.client)],
  ];
  before(async () => {
    scene = await controllerScene([
      [environments, now],
      [environments, environment('team', { name: 'another' })],
      [environments, environment('elsewhere', { name: 'foreign' })],
      [definitionRevisions, recorded('uid-1', 1)],
      [definitionRevisions, recorded('uid-1', 2)],
      [definitionRevisions, recorded('uid-0', 7)],
    ]);
  });
  after(() => scene.stop());

  for (const [name, source] of sources) {
    it(`${name}: finds an object only if it exists`, async () => {
      assert.equal((await source().get('Environment', 'team', 'primary'))?.metadata.uid, 'uid-1');
      assert.equal(await source().get('Environment', 'team', 'gone'), undefined);
      assert.equal(await source().get('WorkloadProfile', 'team', 'primary'), undefined);
    });

    it(`${name}: lists the names of a namespace, sorted`, async () => {
      assert.deepEqual(await source().names('Environment', 'team'), ['another', 'primary']);
    });

    it(`${name}: never mixes the history of an object with that of a deleted object of the same name`, async () => {
      const revisions = await source().revisions('Environment', now);
      assert.deepEqual(
        revisions.map(({ revision }) => revision).toSorted((left, right) => left - right),
        [1, 2],
      );
      assert.equal(await source().recorded('Environment', now, 7), undefined);
      assert.equal(await source().revision('Environment', now, 7), undefined);
      const first = revisions.find(({ revision }) => revision === 1);
      assert.deepEqual(await source().revision('Environment', now, 1), first);
    });

    it(`${name}: returns the content of a revision`, async () => {
      assert.deepEqual(await source().recorded('Environment', now, 2), recorded('uid-1', 2).spec.object.spec);
      assert.equal(await source().recorded('Environment', now, 4), undefined);
      assert.equal(await source().recordedHash('Environment', now, 2), recorded('uid-1', 2).spec.hash);
      assert.equal(await source().recordedHash('Environment', now, 4), undefined);
    });
  }

  it('live: passes errors on', async () => {
    const client = createMemoryClient();
    const failing = {
      ...client,
      get: () => Promise.reject(new ApiError('no', { code: 500, reason: 'InternalError' })),
    };
    await assert.rejects(liveStore(failing).get('Environment', 'team', 'primary'), ApiError);
  });
});
