import assert from 'node:assert/strict';
import { accountOf, revisionWriters, roles, usernameOf } from '../../src/api/names.ts';

describe('the names of roles', () => {
  it('give each role its own service account', () => {
    assert.deepEqual(roles.map(accountOf), ['mooring-webhook', 'mooring-controller', 'mooring-aggregator']);
  });

  it('give the username that the API server derives from the service account', () => {
    assert.equal(usernameOf('webhook'), 'system:serviceaccount:mooring-system:mooring-webhook');
    assert.equal(usernameOf('controller', 'ops'), 'system:serviceaccount:ops:mooring-controller');
  });
});

describe('the users that may write DefinitionRevisions', () => {
  it('are the controller in its namespace and the controllers of Kubernetes that delete orphans', () => {
    assert.deepEqual(revisionWriters('ops'), [
      'system:serviceaccount:ops:mooring-controller',
      'system:serviceaccount:kube-system:generic-garbage-collector',
      'system:serviceaccount:kube-system:namespace-controller',
      'system:kube-controller-manager',
    ]);
  });

  it('include no other role', () => {
    assert.ok(!revisionWriters().includes(usernameOf('webhook')));
    assert.ok(!revisionWriters().includes(usernameOf('aggregator')));
  });
});
