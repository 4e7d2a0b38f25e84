import assert from 'node:assert/strict';
import { definitionRevisions, environments } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { cachedStore, definitionIndexes } from '../../../src/catalog/stores/cached.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { requestObject, stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

const object = requestObject(environment('team', { topology: { type: 'mine@v1' } }));
const definition: Definition = stampedAs({ ...object, metadata: { ...object.metadata, uid: 'uid-1' } }, 2);

describe('the cached store', () => {
  let scene: ControllerScene;
  before(async () => {
    const revision = revisionOf('Environment', definition, { revision: 1, hash: 'f'.repeat(64) });
    scene = await controllerScene([
      [environments, definition],
      [definitionRevisions, revision],
    ]);
  });
  after(() => scene.stop());

  it('reads the content of a revision once, because it never changes', async () => {
    let reads = 0;
    const client = {
      ...scene.client,
      get: <T = KubeObject>(...given: Parameters<typeof scene.client.get>) => {
        reads += 1;
        return scene.client.get<T>(...given);
      },
    };
    const cached = cachedStore(scene.caches.definitions, client);
    const first = await cached.recorded('Environment', definition, 1);
    assert.deepEqual(first, definition.spec);
    assert.deepEqual(await cached.recorded('Environment', definition, 1), first);
    assert.equal(reads, 1);
  });

  it('caches the content of 256 revisions, and drops the least recently used one', async () => {
    const [revision] = scene.caches.definitions.revisions.list();
    assert.ok(revision);
    let reads = 0;
    const get = <T = KubeObject>() => {
      reads += 1;
      return Promise.resolve({ ...revision, spec: { object: { spec: definition.spec ?? {} } } } as T);
    };
    const cached = cachedStore(scene.caches.definitions, { ...scene.client, get });
    for (let number = 1; number <= 257; number += 1) await cached.recorded('Environment', definition, number);
    await cached.recorded('Environment', definition, 257);
    assert.equal(reads, 257);
    await cached.recorded('Environment', definition, 1);
    assert.equal(reads, 258);
  });

  it('stores no content of DefinitionRevisions in its informer, so that memory does not grow with it', () => {
    const [revision] = scene.caches.definitions.revisions.list();
    assert.ok(revision);
    assert.equal('spec' in revision, false);
  });

  it('finds Environments by the name of their topology, at any revision', () => {
    assert.equal(scene.caches.definitions.Environment.byIndex(definitionIndexes.topology, 'mine').length, 1);
  });
});
