import assert from 'node:assert/strict';
import { execInfo, readExecCredential } from '../../../src/kube/kubeconfig/exec-credential.ts';

const apiVersion = 'client.authentication.k8s.io/v1';
const exec = { apiVersion, command: 'login', args: [], env: {}, provideClusterInfo: false, interactiveMode: 'Never' };
const cluster = { name: 'c', server: 'https://one', insecureSkipTlsVerify: false, disableCompression: false };

describe('execInfo', () => {
  it('says whether the plugin may ask the user', () => {
    assert.deepEqual(JSON.parse(execInfo(exec, cluster, { authority: undefined, interactive: true })), {
      kind: 'ExecCredential',
      apiVersion,
      spec: { interactive: true },
    });
  });

  it('describes the cluster if the plugin asks for it', () => {
    const whole = {
      ...cluster,
      insecureSkipTlsVerify: true,
      tlsServerName: 'name',
      proxyUrl: 'http://proxy',
      disableCompression: true,
      execConfig: { audience: 'x' },
    };
    const authority = Buffer.from('CA');
    const info = execInfo({ ...exec, provideClusterInfo: true }, whole, { authority, interactive: false });
    assert.deepEqual(JSON.parse(info), {
      kind: 'ExecCredential',
      apiVersion,
      spec: {
        cluster: {
          server: 'https://one',
          'tls-server-name': 'name',
          'insecure-skip-tls-verify': true,
          'certificate-authority-data': btoa('CA'),
          'proxy-url': 'http://proxy',
          'disable-compression': true,
          config: { audience: 'x' },
        },
        interactive: false,
      },
    });
  });
});

describe('readExecCredential', () => {
  const read = (status: unknown, fields: object = {}) =>
    readExecCredential(JSON.stringify({ kind: 'ExecCredential', apiVersion, status, ...fields }), apiVersion);

  it('reads a token and a certificate, until when they are valid', () => {
    assert.deepEqual(read({ token: 't' }), { token: 't' });
    const status = {
      clientCertificateData: 'c',
      clientKeyData: 'k',
      expirationTimestamp: '2026-01-01T00:00:00Z',
    };
    assert.deepEqual(read(status), { certificate: { cert: 'c', key: 'k' }, expiresAt: Date.UTC(2026, 0, 1) });
  });

  const refused: [why: string, read: () => unknown, message: RegExp][] = [
    ['text', () => readExecCredential('token', apiVersion), /^Error: it did not print JSON$/],
    ['another kind', () => read({ token: 't' }, { kind: 'Secret' }), /it did not print an ExecCredential$/],
    [
      'another version',
      () => read({ token: 't' }, { apiVersion: 'client.authentication.k8s.io/v1beta1' }),
      /it is configured to use client\.authentication\.k8s\.io\/v1, but printed "client.*v1beta1"$/,
    ],
    ['nothing', () => read(undefined), /it printed neither a token nor a certificate$/],
    ['a certificate without a key', () => read({ clientCertificateData: 'c' }), /only a certificate or only a key$/],
    ['a token that is a number', () => read({ token: 1 }), /status\.token must be a string$/],
    ['no time', () => read({ token: 't', expirationTimestamp: 'soon' }), /expirationTimestamp must be a time/],
  ];
  for (const [why, readIt, message] of refused) it(`refuses ${why}`, () => assert.throws(readIt, message));
});
