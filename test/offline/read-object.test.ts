import assert from 'node:assert/strict';
import { readObject } from '../../src/offline/read-object.ts';

const base = { apiVersion: 'spectrocloud.com/v1beta1', kind: 'Environment' };

const metadata: { field: string; value: unknown; kept?: unknown; why: string }[] = [
  { field: 'labels', value: { a: 'b' }, kept: { a: 'b' }, why: 'a map of strings' },
  {
    field: 'labels',
    value: { a: 'b', c: false, d: 1 },
    kept: { a: 'b' },
    why: 'entries that are not strings are dropped',
  },
  { field: 'labels', value: null, why: 'kubectl sends it as absent' },
  { field: 'annotations', value: {}, kept: {}, why: 'an empty map stays' },
  { field: 'annotations', value: 'x', why: 'a string is not a map' },
  { field: 'annotations', value: ['x'], why: 'a list is not a map' },
  { field: 'ownerReferences', value: [{ uid: 'u' }], kept: [{ uid: 'u' }], why: 'a list of owners' },
  { field: 'ownerReferences', value: 'x', why: 'a string is not a list' },
  { field: 'ownerReferences', value: [null, { uid: 'u' }], kept: [{ uid: 'u' }], why: 'null is not an owner' },
  { field: 'generation', value: 3, kept: 3, why: 'other fields stay' },
];

const status: { value: unknown; kept?: unknown; why: string }[] = [
  {
    value: { revision: 3, versions: { '1.0': '1.0.2' } },
    kept: { revision: 3, versions: { '1.0': '1.0.2' } },
    why: 'valid',
  },
  { value: 'x', why: 'a string is not an object' },
  { value: null, why: 'null is not an object' },
  { value: { revision: '3' }, kept: {}, why: 'a string is not a revision' },
  { value: { revision: 1.5 }, kept: {}, why: 'revisions are integers' },
  { value: { revision: 0 }, kept: {}, why: 'revisions count from 1' },
  { value: { versions: ['1.0.0'] }, kept: {}, why: 'a list is not a map' },
  { value: { versions: { '1.0': 1 } }, kept: { versions: {} }, why: 'versions are strings' },
  { value: { selectedClusters: 'x' }, kept: { selectedClusters: 'x' }, why: 'readers of other fields check them' },
];

describe('reading an object of a manifest', () => {
  for (const { field, value, kept, why } of metadata) {
    it(`${kept === undefined ? 'leaves out' : 'keeps'} ${field} of ${JSON.stringify(value)}: ${why}`, () => {
      const read = readObject({ ...base, metadata: { name: 'a', [field]: value } });
      assert.deepEqual(read.metadata, { name: 'a', ...(kept === undefined ? {} : { [field]: kept }) });
    });
  }

  for (const { value, kept, why } of status) {
    it(`reads status ${JSON.stringify(value)} as ${JSON.stringify(kept) ?? 'absent'}: ${why}`, () => {
      const manifest = Object.assign({ ...base, metadata: { name: 'a' } }, { status: value });
      assert.deepEqual(readObject(manifest).status, kept);
    });
  }

  it('copies the manifest, which does not change with the object', () => {
    const manifest = { ...base, metadata: { name: 'a', labels: { x: 'y' } } };
    assert.notEqual(readObject(manifest).metadata.labels, manifest.metadata.labels);
    assert.deepEqual(readObject(manifest), manifest);
  });
});
