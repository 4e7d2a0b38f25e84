import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { fileStore } from '../../../src/catalog/stores/files.ts';
import { readStamp } from '../../../src/domain/revisions/revision.ts';
import { stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

function recorded(revision: unknown, owner?: string, spec: object = {}): KubeObject {
  const ownerReferences =
    owner === undefined
      ? []
      : [{ apiVersion: 'v1', kind: 'Environment', name: 'primary', uid: owner, controller: true }];
  return {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'DefinitionRevision',
    metadata: { name: `environment.primary.v${String(revision)}`, namespace: 'team', ownerReferences },
    spec: { kind: 'Environment', name: 'primary', revision, object: { spec }, version: '1.0.0' },
  } as KubeObject;
}

async function primaryOf(...objects: KubeObject[]) {
  const definitions = fileStore(objects, sha256);
  const definition = await definitions.get('Environment', 'team', 'primary');
  assert.ok(definition);
  return { definitions, definition };
}

describe('the store of files', () => {
  it('counts an object without a stamp as its first revision', async () => {
    const { definition } = await primaryOf(environment('team'));
    assert.equal(readStamp(definition.metadata)?.revision, 1);
  });

  it('takes the revision from a stamp', async () => {
    const { definition } = await primaryOf(stampedAs(environment('team') as KubeObject, 7));
    assert.equal(readStamp(definition.metadata)?.revision, 7);
  });

  it('assigns a revision without an owner to the object of the recorded name', async () => {
    const { definitions, definition } = await primaryOf(environment('team'), recorded(3, undefined, { a: 1 }));
    assert.deepEqual(
      (await definitions.revisions('Environment', definition)).map(({ revision }) => revision),
      [3],
    );
    assert.deepEqual(await definitions.recorded('Environment', definition, 3), { a: 1 });
    assert.equal((await definitions.revision('Environment', definition, 3))?.revision, 3);
    assert.equal(await definitions.revision('Environment', definition, 4), undefined);
  });

  it('assigns a revision with an owner to that uid only', async () => {
    const object = environment('team');
    const own = { ...object, metadata: { ...object.metadata, uid: 'uid-1' } };
    const { definitions, definition } = await primaryOf(own, recorded(3, 'uid-0'), recorded(4, 'uid-1'));
    assert.deepEqual(
      (await definitions.revisions('Environment', definition)).map(({ revision }) => revision),
      [4],
    );
  });

  it('ignores revisions that are not valid', async () => {
    const { definitions, definition } = await primaryOf(environment('team'), recorded('x'), {
      ...recorded(1),
      spec: 5,
    } as KubeObject);
    assert.deepEqual(await definitions.revisions('Environment', definition), []);
  });

  it('lists names, and finds nothing under names that JavaScript objects inherit', async () => {
    const { definitions } = await primaryOf(environment('team'), environment('team', { name: 'another' }));
    assert.deepEqual(await definitions.names('Environment', 'team'), ['another', 'primary']);
    assert.equal(await definitions.get('Environment', 'team', 'constructor'), undefined);
  });
});
