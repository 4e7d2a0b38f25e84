import assert from 'node:assert/strict';
import { revisionIsImmutable } from '../../../../src/domain/admission/rules/revision-is-immutable.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';

const revision = {
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'DefinitionRevision',
  metadata: { name: 'environment.primary.v1', namespace: 'team' },
};

const edited = { ...revision, metadata: { ...revision.metadata, labels: { a: 'b' } } };

describe('RevisionIsImmutable', () => {
  const requests = [
    { operation: 'CREATE', object: revision },
    { operation: 'UPDATE', object: edited, oldObject: revision },
    { operation: 'DELETE', oldObject: revision },
  ] as const;
  for (const request of requests) {
    it(`denies a ${request.operation} by another user`, () => {
      assert.deepEqual(findingsOf(revisionIsImmutable, factsOf({ ...request, username: 'jane' })), [{ path: '' }]);
      assert.deepEqual(findingsOf(revisionIsImmutable, factsOf({ ...request, username: 'system:admin' })), [
        { path: '' },
      ]);
    });

    it(`allows a ${request.operation} by the controller`, () => {
      const username = 'system:serviceaccount:mooring-system:mooring-controller';
      assert.deepEqual(findingsOf(revisionIsImmutable, factsOf({ ...request, username })), []);
    });
  }

  it('allows an UPDATE of managed fields only, with which Velero ends the restore of an object', () => {
    const managedFields = [{ manager: 'mooring-controller', operation: 'Apply' }];
    const metadata = { ...revision.metadata, managedFields, resourceVersion: '2' };
    const request = { operation: 'UPDATE', object: { ...revision, metadata }, oldObject: revision } as const;
    assert.deepEqual(findingsOf(revisionIsImmutable, factsOf({ ...request, username: 'velero' })), []);
  });

  it('allows a CREATE by a user who may restore a backup, and nothing else', () => {
    const rights = { mayRestore: true };
    const found = requests.map((request) => findingsOf(revisionIsImmutable, factsOf(request, rights)));
    assert.deepEqual(found, [[], [{ path: '' }], [{ path: '' }]]);
  });
});
