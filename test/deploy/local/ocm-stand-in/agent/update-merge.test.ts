import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../../src/api/object.ts';
import { objectToCreate, objectToUpdate } from '../../../../../deploy/local/ocm-stand-in/agent/update-merge.ts';
import { configMap, namespaceManifest } from '../builders.ts';

const owner = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'AppliedManifestWork', name: 'h-w', uid: 'w' };
const live = (manifest: KubeObject, metadata: object, rest: object = {}): KubeObject => ({
  ...manifest,
  ...rest,
  metadata: { ...manifest.metadata, uid: 'u', resourceVersion: '5', ...metadata },
});

describe('OCM stand-in: the update strategy Update', () => {
  it('creates with its owner, without status or uid', () => {
    const manifest = { ...live(configMap('team', 'a'), {}), status: { ready: true } };
    assert.deepEqual(objectToCreate(manifest, { owner, owned: true }), {
      ...configMap('team', 'a'),
      metadata: { namespace: 'team', name: 'a', ownerReferences: [owner] },
    });
  });

  it('creates an orphan without owners', () => {
    assert.equal(objectToCreate(configMap('team', 'a'), { owner, owned: false }).metadata.ownerReferences, undefined);
  });

  it('writes nothing where all is as it should be', () => {
    const present = live(configMap('team', 'a'), { ownerReferences: [owner], labels: { more: '1' } }, { status: {} });
    assert.equal(objectToUpdate(configMap('team', 'a'), present, { owner, owned: true }), undefined);
  });

  it('adopts what was there before (H7)', () => {
    const next = objectToUpdate(namespaceManifest('team'), live(namespaceManifest('team'), {}), { owner, owned: true });
    assert.deepEqual(next?.metadata.ownerReferences, [owner]);
  });

  it('takes itself out of the owners once a rule orphans', () => {
    const present = live(namespaceManifest('team'), { ownerReferences: [owner] });
    const next = objectToUpdate(namespaceManifest('team'), present, { owner, owned: false });
    assert.deepEqual(next?.metadata.ownerReferences, []);
  });

  it('merges labels, keeps finalizers, replaces the rest', () => {
    const manifest = { ...configMap('team', 'a'), data: { x: '2' } };
    manifest.metadata = { ...manifest.metadata, labels: { b: '2', 'gone-': '' } };
    const present = live(
      configMap('team', 'a'),
      { labels: { a: '1', gone: '1' }, finalizers: ['f'] },
      { data: { y: '1' } },
    );
    assert.deepEqual(objectToUpdate(manifest, present, { owner, owned: false }), {
      ...configMap('team', 'a'),
      metadata: { ...present.metadata, labels: { a: '1', b: '2' } },
      data: { x: '2' },
    });
  });

  it('leaves the spec of a Namespace alone', () => {
    const present = live(
      namespaceManifest('team'),
      { ownerReferences: [owner] },
      { spec: { finalizers: ['kubernetes'] } },
    );
    assert.equal(objectToUpdate(namespaceManifest('team'), present, { owner, owned: true }), undefined);
  });
});
