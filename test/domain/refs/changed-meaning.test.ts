import assert from 'node:assert/strict';
import { changedMeaning } from '../../../src/domain/refs/changed-meaning.ts';

const field = { path: 'spec.workloadProfileRef.name', kind: 'WorkloadProfile' } as const;
const ref = { name: 'web', selector: { kind: 'version', version: '1.3.6' } } as const;
const stamp = { namespace: 'team', name: 'web', revision: 4, version: '1.3.6', hash: 'h1:a' };

describe('what a pinned ref means', () => {
  it('is reported with the field to edit, if it has changed', () => {
    const now = { namespace: 'mural-system', revision: 2, hash: 'h1:b', floating: false };
    assert.equal(
      changedMeaning(field, ref, stamp, now),
      'web@v1.3.6 of WorkloadProfile mural-system/web has other content now than when the ref was written; set spec.workloadProfileRef.name to the revision to use, or to accept what web@v1.3.6 means now, to web and then to web@v1.3.6 again',
    );
  });

  it('is not reported if it is the same, or there is no stamp', () => {
    const now = { namespace: 'team', revision: 2, hash: 'h1:a', floating: false };
    assert.equal(changedMeaning(field, ref, stamp, now), undefined);
    assert.equal(changedMeaning(field, ref, undefined, { ...now, hash: 'h1:b' }), undefined);
  });
});
