import assert from 'node:assert/strict';
import type { ObjectMeta } from '../../src/api/object.ts';
import { knownRevision, ownerUid, recordedBytes, recordedKey } from '../../src/catalog/revision-records.ts';

const labels = {
  'spectrocloud.com/kind': 'Environment',
  'spectrocloud.com/name': 'primary',
  'spectrocloud.com/revision': '4',
  'spectrocloud.com/version': '1.3.6',
};
const revision = (metadata: Partial<ObjectMeta> = {}) => ({
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'DefinitionRevision',
  metadata: { name: 'environment.primary.v4', namespace: 'team', labels, ...metadata },
});
const owner = { apiVersion: 'v1', kind: 'Environment', name: 'primary' };

describe('the metadata of a DefinitionRevision', () => {
  it('contains number and version', () => {
    assert.deepEqual(knownRevision(revision()), { revision: 4, version: '1.3.6' });
    const { 'spectrocloud.com/version': _, ...unversioned } = labels;
    assert.deepEqual(knownRevision(revision({ labels: unversioned })), { revision: 4 });
  });

  it('contains the hub namespaces that the Environment might use then', () => {
    const annotations = { 'spectrocloud.com/allowed-hub-namespaces': 'dev,prod' };
    assert.deepEqual(knownRevision(revision({ annotations }))?.hubNamespaces, ['dev', 'prod']);
  });

  it('contains the stamp of a pinned topology', () => {
    const annotations = { 'spectrocloud.com/topology-revision': 'mural-system/mine@v3#h1:a' };
    assert.equal(knownRevision(revision({ annotations }))?.topologyStamp, 'mural-system/mine@v3#h1:a');
  });

  it('contains whether it is about to be pruned', () => {
    const annotations = { 'spectrocloud.com/retiring': '2026-01-01T00:00:00Z' };
    assert.equal(knownRevision(revision({ annotations }))?.retiring, true);
  });

  it('contains the bytes of the content, which are not known for revisions of earlier releases', () => {
    const annotations = { 'spectrocloud.com/content-bytes': '1234' };
    assert.equal(knownRevision(revision({ annotations }))?.bytes, 1234);
    assert.equal(recordedBytes(revision({ annotations })), 1234);
    for (const text of ['', '-1', '1.5', 'x']) {
      assert.equal(recordedBytes(revision({ annotations: { 'spectrocloud.com/content-bytes': text } })), 0, text);
    }
    assert.equal(recordedBytes(revision()), 0);
  });

  it('is ignored if the object is terminating, or its labels are not valid', () => {
    assert.equal(knownRevision(revision({ deletionTimestamp: '2026-01-01T00:00:00Z' })), undefined);
    for (const text of ['', '0', '-1', '1.5', 'x', '9007199254740993']) {
      assert.equal(
        knownRevision(revision({ labels: { ...labels, 'spectrocloud.com/revision': text } })),
        undefined,
        text,
      );
    }
    assert.equal(knownRevision(revision({ labels: {} })), undefined);
  });

  it('contains the uid of its owner, which is the owner reference with controller: true', () => {
    assert.equal(
      ownerUid({
        name: 'a',
        ownerReferences: [
          { ...owner, uid: 'other' },
          { ...owner, uid: 'own', controller: true },
        ],
      }),
      'own',
    );
    assert.equal(ownerUid({ name: 'a', ownerReferences: [{ ...owner, uid: 'other' }] }), undefined);
    assert.equal(ownerUid({ name: 'a' }), undefined);
  });

  it('is found under the object that it records', () => {
    assert.deepEqual(recordedKey(revision()), ['Environment/team/primary']);
    assert.deepEqual(recordedKey(revision({ labels: {} })), []);
  });
});
