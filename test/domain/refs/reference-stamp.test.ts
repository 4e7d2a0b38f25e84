import assert from 'node:assert/strict';
import { formatReferenceStamp, readReferenceStamp, stampOf } from '../../../src/domain/refs/reference-stamp.ts';
import { referenceFacts } from '../../support/facts.ts';

const unreadable = [
  undefined,
  '',
  'team/web',
  'web@v1',
  'team/web@v0',
  'team/web@v01',
  'team/web@v1.0',
  '/web@v1',
  'team/@v1',
  'team/web@v1\n',
  ' team/web@v1',
  'Team/web@v1',
  'a/b/c@v1',
  'team/web@v9999999999',
  '__proto__/web@v1',
];

describe('the stamp of a ref', () => {
  it('is parsed as it was formatted', () => {
    const stamp = { namespace: 'team', name: 'web.ui', revision: 12 };
    assert.equal(formatReferenceStamp(stamp), 'team/web.ui@v12');
    assert.deepEqual(readReferenceStamp('team/web.ui@v12'), stamp);
  });

  for (const text of unreadable) {
    it(`is undefined for ${JSON.stringify(text)}`, () => assert.equal(readReferenceStamp(text), undefined));
  }

  it('contains the revision that a ref means now', () => {
    const versions = [{ revision: 1, version: '1.0.0' }, { revision: 2, version: '1.0.1' }, { revision: 3 }];
    assert.equal(stampOf(referenceFacts('web', 'team', versions)), 'team/web@v3');
    assert.equal(stampOf(referenceFacts('web@v1.0', 'team', versions)), 'team/web@v2');
  });

  it('is undefined while the ref cannot be resolved', () => {
    assert.equal(stampOf(undefined), undefined);
    assert.equal(stampOf(referenceFacts('web', 'team')), undefined, 'no such object');
    assert.equal(stampOf(referenceFacts('web@v9', 'team', [{ revision: 1 }])), undefined, 'no such revision');
  });
});
