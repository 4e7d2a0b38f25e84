import assert from 'node:assert/strict';
import { readTopologyStamp, topologyStampOf } from '../../../src/domain/refs/topology-stamp.ts';
import { referenceFacts } from '../../support/facts.ts';

const ref = { name: 'mine', selector: { kind: 'number', number: 3 } } as const;

describe('the stamp of a topology', () => {
  it('is read if it was made for the ref', () => {
    assert.deepEqual(readTopologyStamp('mural-system/mine@v3#h1:a', ref), {
      namespace: 'mural-system',
      name: 'mine',
      revision: 3,
      hash: 'h1:a',
    });
    for (const other of [
      'mural-system/theirs@v3#h1:a',
      'mural-system/mine@v4#h1:a',
      'mural-system/mine@v3',
      'x',
      undefined,
    ])
      assert.equal(readTopologyStamp(other, ref), undefined, other);
  });

  it('is made for a pin that can be resolved', () => {
    const revisions = [{ revision: 3, hash: 'h1:a' }];
    assert.equal(topologyStampOf(referenceFacts('mine@v3', 'mural-system', revisions)), 'mural-system/mine@v3#h1:a');
    assert.equal(topologyStampOf(referenceFacts('mine', 'mural-system', revisions)), undefined);
    assert.equal(topologyStampOf(referenceFacts('mine@v4', 'mural-system', revisions)), undefined);
    assert.equal(topologyStampOf(undefined), undefined);
  });
});
