import assert from 'node:assert/strict';
import { parse, parseDocument } from 'yaml';
import { formatKubeconfig } from '../../../../../deploy/local/hub/files/kubeconfig.ts';

const cluster = { cluster: 'hub', user: 'me', server: 'https://127.0.0.1:1', authority: 'CA' };

describe('a kubeconfig', () => {
  it('contains the certificates, and one context with the name of the cluster', () => {
    const text = formatKubeconfig({ ...cluster, credentials: { certificate: 'C', key: 'K' } });
    assert.deepEqual(parse(text), {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'hub',
      contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'me' } }],
      clusters: [{ name: 'hub', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority-data': btoa('CA') } }],
      users: [{ name: 'me', user: { 'client-certificate-data': btoa('C'), 'client-key-data': btoa('K') } }],
    });
  });

  it('can contain a token instead of a certificate', () => {
    const content = parseDocument(formatKubeconfig({ ...cluster, credentials: { token: 'T' } }));
    assert.deepEqual(Object(content.toJS()).users, [{ name: 'me', user: { token: 'T' } }]);
  });
});
