import assert from 'node:assert/strict';
import { impersonationHeaders } from '../../../src/kube/kubeconfig/impersonation.ts';

describe('impersonationHeaders', () => {
  it('gives no headers without impersonation', () => {
    assert.deepEqual(impersonationHeaders(undefined), {});
    assert.deepEqual(impersonationHeaders({ user: 'ann', groups: [], extra: { scopes: [] } }), {
      'Impersonate-User': 'ann',
    });
  });

  it('escapes keys that a header name cannot have, and sends values as UTF-8', () => {
    const extra = { 'example.org/scopes%': ['a', 'b'], schlüssel: ['c'] };
    assert.deepEqual(impersonationHeaders({ user: 'jürgen', uid: '7', groups: ['ops', 'dev'], extra }), {
      'Impersonate-User': 'jÃ¼rgen',
      'Impersonate-Uid': '7',
      'Impersonate-Group': ['ops', 'dev'],
      'Impersonate-Extra-example.org%2Fscopes%25': ['a', 'b'],
      'Impersonate-Extra-schl%C3%BCssel': ['c'],
    });
  });
});
