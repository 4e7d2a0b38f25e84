import assert from 'node:assert/strict';
import { checkUsable } from '../../../src/kube/kubeconfig/check-usable.ts';
import type { Cluster, User } from '../../../src/kube/kubeconfig/kube-config.ts';

const cluster: Cluster = {
  name: 'c',
  server: 'https://one',
  insecureSkipTlsVerify: false,
  disableCompression: false,
};
const data = Buffer.from('data');
const exec = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: 'login',
  args: [],
  env: {},
  provideClusterInfo: false,
  interactiveMode: 'Never',
};

const oidc = {
  name: 'oidc',
  config: { 'client-id': 'mooring', 'idp-issuer-url': 'https://idp' },
  user: 'u',
  file: '/config',
};

describe('checkUsable', () => {
  const usable: [why: string, cluster: Partial<Cluster>, user: Partial<User>][] = [
    ['an anonymous user', {}, {}],
    ['a certificate and a token', {}, { token: 't', clientCertificateData: data, clientKeyData: data }],
    ['a token and a file that replaces it', {}, { token: 't', tokenFile: '/token' }],
    ['OIDC', {}, { authProvider: oidc }],
    ['a SOCKS proxy', { proxyUrl: 'socks5://proxy:1080' }, {}],
    ['disable-compression: nothing is compressed', { disableCompression: true }, {}],
  ];
  for (const [why, clusterFields, userFields] of usable) {
    it(`accepts ${why}`, () => checkUsable({ ...cluster, ...clusterFields }, { name: 'u', ...userFields }));
  }

  const refused: [cluster: Partial<Cluster>, user: Partial<User>, message: RegExp][] = [
    [{ server: '' }, {}, /^kubeconfig: cluster "c" has no server$/],
    [
      { certificateAuthority: '/ca', certificateAuthorityData: data },
      {},
      /has certificate-authority and certificate-authority-data; remove one of them$/,
    ],
    [
      { certificateAuthority: '/ca', insecureSkipTlsVerify: true },
      {},
      /has a certificate authority and insecure-skip-tls-verify; remove one of them$/,
    ],
    [
      { proxyUrl: 'socks4://proxy:1080' },
      {},
      /proxy-url must be a URL that begins with http, https, socks5 or socks5h$/,
    ],
    [{ proxyUrl: 'proxy:1080' }, {}, /proxy-url must be a URL/],
    [{}, { clientCertificate: '/c', clientCertificateData: data }, /user "u" has client-certificate and client-cert/],
    [{}, { clientCertificate: '/c', clientKey: '/k', clientKeyData: data }, /has client-key and client-key-data/],
    [{}, { clientCertificate: '/c' }, /has a client certificate without client-key or client-key-data$/],
    [{}, { token: 't', username: 'u' }, /has a token and a username or password; remove one of them$/],
    [{}, { tokenFile: '/t', password: 'p' }, /has a token and a username or password; remove one of them$/],
    [
      { server: 'https://me:p@one' },
      { token: 't' },
      /cluster "c" has a user in its server URL, and user "u" has other/,
    ],
    [{}, { exec, authProvider: oidc }, /has exec and auth-provider; remove one of them$/],
    [
      {},
      { authProvider: { ...oidc, name: 'gcp' } },
      /user "u": auth-provider "gcp" is not supported; use an exec plugin$/,
    ],
    [
      {},
      { authProvider: { ...oidc, config: { 'client-id': 'mooring', 'idp-issuer-url': '' } } },
      /user "u": auth-provider oidc has no idp-issuer-url$/,
    ],
    [
      {},
      { authProvider: { ...oidc, config: { 'idp-issuer-url': 'https://idp' } } },
      /user "u": auth-provider oidc has no client-id$/,
    ],
    [
      {},
      { authProvider: { ...oidc, config: { ...oidc.config, 'idp-certificate-authority-data': 'ü' } } },
      /user "u": auth-provider oidc: idp-certificate-authority-data must be base64$/,
    ],
  ];
  for (const [clusterFields, userFields, message] of refused) {
    it(`refuses what ${message.source} describes`, () => {
      assert.throws(() => checkUsable({ ...cluster, ...clusterFields }, { name: 'u', ...userFields }), {
        name: 'InvalidKubeConfig',
        message,
      });
    });
  }
});
