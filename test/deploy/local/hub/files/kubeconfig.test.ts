import assert from 'node:assert/strict';
import { parse, parseDocument } from 'yaml';
import { kubeconfigText } from '../../../../../deploy/local/hub/files/kubeconfig.ts';

const place = { cluster: 'hub', user: 'me', server: 'https://127.0.0.1:1', authority: 'CA' };

describe('a kubeconfig', () => {
  it('holds everything itself, with one context named for the cluster', () => {
    const text = kubeconfigText({ ...place, credentials: { certificate: 'C', key: 'K' } });
    assert.deepEqual(parse(text), {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'hub',
      contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'me' } }],
      clusters: [{ name: 'hub', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority-data': btoa('CA') } }],
      users: [{ name: 'me', user: { 'client-certificate-data': btoa('C'), 'client-key-data': btoa('K') } }],
    });
  });

  it('carries a token in place of a certificate', () => {
    const content = parseDocument(kubeconfigText({ ...place, credentials: { token: 'T' } }));
    assert.deepEqual(Object(content.toJS()).users, [{ name: 'me', user: { token: 'T' } }]);
  });
});
