import assert from 'node:assert/strict';
import { definitionRevisions, environments } from '../../../src/api/kinds.ts';
import type { DefinitionRevision } from '../../../src/api/definition-revision.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
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

  it('reads a revision again that was recorded again under the same number, as after a restore of etcd', async () => {
    const { client } = scene;
    const cached = cachedStore(scene.caches.definitions, client);
    const [before] = (await client.list<DefinitionRevision>(definitionRevisions)).items;
    assert.ok(before);
    await cached.recorded('Environment', definition, 1);
    const { namespace, name } = before.metadata;
    await client.delete(definitionRevisions, { namespace, name });
    const metadata = { ...before.metadata, uid: 'another' };
    const spec = { ...before.spec, object: { ...before.spec.object, spec: { other: true } } };
    await client.create(definitionRevisions, { ...before, metadata, spec });
    await scene.caughtUp();
    assert.deepEqual(await cached.recorded('Environment', definition, 1), { other: true });
    await client.delete(definitionRevisions, { namespace, name });
    await client.create(definitionRevisions, before);
    await scene.caughtUp();
  });

  it('caches the content of 256 revisions, and drops the least recently used one', async () => {
    const [revision] = scene.caches.definitions.revisions.list();
    assert.ok(revision);
    let reads = 0;
    const recordNamed = (name: string) => ({ ...revision, metadata: { ...revision.metadata, name, uid: name } });
    const get = <T = KubeObject>(_resource: Resource, { name }: { name: string }) => {
      reads += 1;
      return Promise.resolve({ ...recordNamed(name), spec: { object: { spec: definition.spec ?? {} } } } as T);
    };
    const revisions = Object.assign(Object.create(scene.caches.definitions.revisions), {
      get: (_namespace: string, name: string) => recordNamed(name),
    });
    const cached = cachedStore({ ...scene.caches.definitions, revisions }, { ...scene.client, get });
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
