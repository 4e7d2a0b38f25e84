import assert from 'node:assert/strict';
import { environmentProxy } from '../../../src/kube/kubeconfig/environment-proxy.ts';

const proxy = 'http://proxy:3128';

describe('environmentProxy', () => {
  const rows: [why: string, server: string, environment: Record<string, string>, proxy: string | undefined][] = [
    ['no variable', 'https://hub:6443', {}, undefined],
    ['a variable for the scheme', 'https://hub:6443', { HTTPS_PROXY: proxy }, proxy],
    ['lower case', 'https://hub:6443', { https_proxy: proxy }, proxy],
    ['upper case wins', 'https://hub:6443', { HTTPS_PROXY: proxy, https_proxy: 'http://other' }, proxy],
    ['an empty variable is none', 'https://hub:6443', { HTTPS_PROXY: '', https_proxy: proxy }, proxy],
    ['the variable of the other scheme', 'https://hub:6443', { HTTP_PROXY: proxy }, undefined],
    ['http', 'http://hub', { HTTP_PROXY: proxy, HTTPS_PROXY: 'http://other' }, proxy],
    ['a proxy without a scheme', 'https://hub', { HTTPS_PROXY: 'proxy:3128' }, proxy],
    ['localhost never uses a proxy', 'https://localhost:6443', { HTTPS_PROXY: proxy }, undefined],
    ['loopback addresses never use a proxy', 'https://127.0.0.2:6443', { HTTPS_PROXY: proxy }, undefined],
    ['the loopback address of IPv6', 'https://[::1]:6443', { HTTPS_PROXY: proxy }, undefined],
    ['names below localhost are ordinary', 'https://hub.localhost', { HTTPS_PROXY: proxy }, proxy],
  ];
  for (const [why, server, environment, expected] of rows) {
    it(`${expected === undefined ? 'names none' : 'names a proxy'}: ${why}`, () => {
      assert.equal(environmentProxy(new URL(server), environment), expected);
    });
  }

  const exceptions: [exceptions: string, server: string, excepted: boolean][] = [
    ['*', 'https://hub', true],
    ['other, *', 'https://hub', true],
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://hub.example.com', true],
    ['example.com', 'https://badexample.com', false],
    ['.example.com', 'https://hub.example.com', true],
    ['.example.com', 'https://example.com', false],
    ['*.example.com', 'https://hub.example.com', true],
    ['*.example.com', 'https://example.com', false],
    [' Example.COM ,', 'https://hub.example.com', true],
    ['example.com:6443', 'https://example.com:6443', true],
    ['example.com:6443', 'https://example.com:443', false],
    ['example.com:443', 'https://example.com', true],
    ['müller.example', 'https://xn--mller-kva.example', true],
    ['10.0.0.1', 'https://10.0.0.1:6443', true],
    ['10.0.0.1:6443', 'https://10.0.0.1:6443', true],
    ['10.0.0.1:443', 'https://10.0.0.1:6443', false],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['10', 'https://10.1.2.3', false],
    ['fd00::/8', 'https://[fd00::1]', true],
    ['fd00::1', 'https://[fd00::1]:6443', true],
    ['[fd00::1]:6443', 'https://[fd00::1]:6443', true],
    ['[fd00::1]:443', 'https://[fd00::1]:6443', false],
    [':6443', 'https://hub:6443', false],
    ['', 'https://hub', false],
  ];
  for (const [list, server, excepted] of exceptions) {
    it(`${excepted ? 'excepts' : 'does not except'} ${server} with NO_PROXY=${list}`, () => {
      const expected = excepted ? undefined : proxy;
      assert.equal(environmentProxy(new URL(server), { HTTPS_PROXY: proxy, NO_PROXY: list }), expected);
      assert.equal(environmentProxy(new URL(server), { HTTPS_PROXY: proxy, no_proxy: list }), expected);
    });
  }

  it('refuses what is not a proxy, by the name of the variable', () => {
    const server = new URL('https://hub');
    assert.throws(
      () => environmentProxy(server, { HTTPS_PROXY: 'http://' }),
      /^InvalidKubeConfig: HTTPS_PROXY must be/,
    );
    assert.throws(() => environmentProxy(server, { HTTPS_PROXY: 'ftp://proxy' }), /must begin with .*, not ftp$/);
    assert.equal(environmentProxy(server, { HTTPS_PROXY: 'ftp://proxy', NO_PROXY: 'hub' }), undefined);
    const cgi = { HTTP_PROXY: proxy, REQUEST_METHOD: 'GET' };
    assert.throws(() => environmentProxy(new URL('http://hub'), cgi), /not used in a CGI environment/);
  });
});
