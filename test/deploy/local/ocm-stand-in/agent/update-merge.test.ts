import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../../src/api/object.ts';
import { buildNewObject, mergeObject } from '../../../../../deploy/local/ocm-stand-in/agent/update-merge.ts';
import { configMap, namespaceManifest } from '../builders.ts';

const owner = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'AppliedManifestWork', name: 'h-w', uid: 'w' };
const live = (manifest: KubeObject, metadata: object, rest: object = {}): KubeObject => ({
  ...manifest,
  ...rest,
  metadata: { ...manifest.metadata, uid: 'u', resourceVersion: '5', ...metadata },
});

describe('OCM stand-in: the update strategy Update', () => {
  it('creates an object with the owner, and without status and uid', () => {
    const manifest = { ...live(configMap('team', 'a'), {}), status: { ready: true } };
    assert.deepEqual(buildNewObject(manifest, { owner, owned: true }), {
      ...configMap('team', 'a'),
      metadata: { namespace: 'team', name: 'a', ownerReferences: [owner] },
    });
  });

  it('creates an orphaned object without owners', () => {
    assert.equal(buildNewObject(configMap('team', 'a'), { owner, owned: false }).metadata.ownerReferences, undefined);
  });

  it('writes nothing if there is no difference', () => {
    const present = live(configMap('team', 'a'), { ownerReferences: [owner], labels: { more: '1' } }, { status: {} });
    assert.equal(mergeObject(configMap('team', 'a'), present, { owner, owned: true }), undefined);
  });

  it('adopts an object that existed before (H7)', () => {
    const next = mergeObject(namespaceManifest('team'), live(namespaceManifest('team'), {}), { owner, owned: true });
    assert.deepEqual(next?.metadata.ownerReferences, [owner]);
  });

  it('removes the owner when an orphaning rule matches', () => {
    const present = live(namespaceManifest('team'), { ownerReferences: [owner] });
    const next = mergeObject(namespaceManifest('team'), present, { owner, owned: false });
    assert.deepEqual(next?.metadata.ownerReferences, []);
  });

  it('merges labels, keeps finalizers, and replaces the other fields', () => {
    const manifest = { ...configMap('team', 'a'), data: { x: '2' } };
    manifest.metadata = { ...manifest.metadata, labels: { b: '2', 'gone-': '' } };
    const present = live(
      configMap('team', 'a'),
      { labels: { a: '1', gone: '1' }, finalizers: ['f'] },
      { data: { y: '1' } },
    );
    assert.deepEqual(mergeObject(manifest, present, { owner, owned: false }), {
      ...configMap('team', 'a'),
      metadata: { ...present.metadata, labels: { a: '1', b: '2' } },
      data: { x: '2' },
    });
  });

  it('does not change the spec of a Namespace', () => {
    const present = live(
      namespaceManifest('team'),
      { ownerReferences: [owner] },
      { spec: { finalizers: ['kubernetes'] } },
    );
    assert.equal(mergeObject(namespaceManifest('team'), present, { owner, owned: true }), undefined);
  });
});
