import assert from 'node:assert/strict';
import { rootCertificates } from 'node:tls';
import { systemAuthorities } from '../../../src/kube/kubeconfig/system-authorities.ts';

describe('systemAuthorities', () => {
  it('are those of Node and of the system, each once', () => {
    const found = systemAuthorities();
    assert.deepEqual(
      rootCertificates.filter((authority) => !found.includes(authority)),
      [],
    );
    assert.equal(new Set(found).size, found.length);
  });
});
