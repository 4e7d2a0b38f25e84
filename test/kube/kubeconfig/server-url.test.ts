import assert from 'node:assert/strict';
import { serverUrl } from '../../../src/kube/kubeconfig/server-url.ts';

describe('serverUrl', () => {
  const rows: [server: string, href: string][] = [
    ['https://one:6443', 'https://one:6443/'],
    ['https://one/clusters/two', 'https://one/clusters/two'],
    ['http://one', 'http://one/'],
    ['localhost:8080', 'http://localhost:8080/'],
    ['10.0.0.1', 'http://10.0.0.1/'],
  ];
  for (const [server, href] of rows) {
    it(`reads ${server}`, () => assert.equal(serverUrl(server).href, href));
  }

  for (const server of ['', 'https://', 'one/path', 'ftp://one', 'https://one:port']) {
    it(`refuses ${JSON.stringify(server)}`, () => {
      assert.throws(() => serverUrl(server), /^InvalidKubeConfig: kubeconfig: server .* must /);
    });
  }
});
