import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connections } from '../../../src/kube/client/connections.ts';
import { createCredentials, CredentialsUnavailable } from '../../../src/kube/kubeconfig/credentials.ts';
import type { KubeConfig } from '../../../src/kube/kubeconfig/kube-config.ts';
import { loadKubeConfig } from '../../../src/kube/kubeconfig/load.ts';
import { OidcIssuer } from '../../support/oidc-issuer.ts';

const plugin = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', interactiveMode: 'Never' };
const answer = JSON.stringify({
  kind: 'ExecCredential',
  apiVersion: plugin.apiVersion,
  status: { token: 'from-plugin' },
});

describe('credentials', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-credentials-'));
  });
  after(() => rm(folder, { recursive: true }));

  const configFor = async (server: string, user: object, cluster: object = {}): Promise<KubeConfig> => {
    const kubeconfig = join(folder, 'config');
    const content = {
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server, ...cluster } }],
      users: [{ name: 'u', user }],
    };
    await writeFile(kubeconfig, JSON.stringify(content));
    return loadKubeConfig({ kubeconfig }, { environment: process.env });
  };

  it('are not sent over plain http, as in kubectl, and no plugin is called for them', async () => {
    for (const user of [{ token: 't' }, { exec: { ...plugin, command: 'no-such-plugin' } }]) {
      const config = await configFor('http://one', { ...user, as: 'ann' });
      const { server, tls, headers } = await createCredentials(config).current();
      assert.equal(server.protocol, 'http:');
      assert.deepEqual(tls, {});
      assert.deepEqual(headers, { 'Impersonate-User': 'ann' });
    }
  });

  it('trust the authorities of the system if the cluster names none', async () => {
    const { tls } = await createCredentials(await configFor('https://one', {})).current();
    assert.ok(Array.isArray(tls.ca) && tls.ca.length > 0);
  });

  it('check no certificate if the cluster says so', async () => {
    const config = await configFor('https://one', {}, { 'insecure-skip-tls-verify': true });
    assert.deepEqual((await createCredentials(config).current()).tls, { rejectUnauthorized: false });
  });

  it('trusts the CA of a context without a user', async () => {
    const config = await configFor('https://one', {}, { 'certificate-authority-data': btoa('CA') });
    const { server, tls } = await createCredentials({ ...config, user: { name: '' } }).current();
    assert.equal(server.protocol, 'https:');
    assert.equal(String(tls.ca), 'CA');
  });

  it('supports basic authentication and impersonation', async () => {
    const config = await configFor('https://one', { username: 'me', password: 'p', as: 'another' });
    const { headers } = await createCredentials(config).current();
    assert.deepEqual(headers, { Authorization: `Basic ${btoa('me:p')}`, 'Impersonate-User': 'another' });
  });

  it('keeps connections while the certificates are the same, and uses new certificates on new connections', async () => {
    const file = join(folder, 'client.crt');
    await writeFile(file, 'old');
    const config = await configFor('https://one', { 'client-certificate': file, 'client-key-data': btoa('key') });
    const credentials = createCredentials(config);
    const connections = new Connections();
    const dispatcher = connections.to(await credentials.current());
    assert.equal(connections.to(await credentials.current()), dispatcher);
    credentials.refresh();
    assert.equal(connections.to(await credentials.current()), dispatcher);
    await writeFile(file, 'new');
    credentials.refresh();
    const renewed = await credentials.current();
    assert.notEqual(connections.to(renewed), dispatcher);
    assert.equal(String(renewed.tls.cert), 'new');
  });

  it('contain the proxy and the TLS server name of a cluster', async () => {
    const cluster = { 'proxy-url': 'http://proxy:3128', 'tls-server-name': 'kubernetes' };
    const { proxyUrl, tls } = await createCredentials(await configFor('https://one', {}, cluster)).current();
    assert.equal(proxyUrl, 'http://proxy:3128');
    assert.equal(tls.servername, 'kubernetes');
  });

  for (const none of ['', null]) {
    it(`has no proxy if proxy-url is ${JSON.stringify(none)}, as in kubectl`, async () => {
      const access = await createCredentials(await configFor('https://one', {}, { 'proxy-url': none })).current();
      assert.equal('proxyUrl' in access, false);
    });
  }

  it('takes the user and the password of the server URL', async () => {
    const { headers } = await createCredentials(await configFor('https://bob:p%40w@one', {})).current();
    assert.deepEqual(headers, { Authorization: `Basic ${btoa('bob:p@w')}` });
    assert.deepEqual((await createCredentials(await configFor('https://one', {})).current()).headers, {});
  });

  it('take a proxy of the environment, unless the kubeconfig has one', async () => {
    const environment = { HTTPS_PROXY: 'http://environment:3128' };
    const config = await configFor('https://one', {});
    assert.equal((await createCredentials({ ...config, environment }).current()).proxyUrl, 'http://environment:3128');
    const other = await configFor('https://one', {}, { 'proxy-url': 'http://config:3128' });
    assert.equal((await createCredentials({ ...other, environment }).current()).proxyUrl, 'http://config:3128');
  });

  it('reads a token file with or without a newline at its end, and again when it may have changed', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'first\n');
    const config = await configFor('https://one', { tokenFile: 'token' });
    const credentials = createCredentials(config);
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer first' });
    await writeFile(tokenFile, 'second');
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer first' });
    credentials.refresh();
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer second' });
  });

  it('calls a plugin once for many requests, and again when the server rejects its credentials', async () => {
    const calls = join(folder, 'calls');
    const script = `echo x >> "${calls}"; echo '${answer}'`;
    const exec = { ...plugin, args: ['-c', script] };
    const credentials = createCredentials(await configFor('https://one', { exec }));
    const found = await Promise.all([credentials.current(), credentials.current()]);
    assert.deepEqual(found[1]?.headers, { Authorization: 'Bearer from-plugin' });
    assert.equal(await readFile(calls, 'utf8'), 'x\n');
    credentials.refresh();
    await credentials.current();
    assert.equal(await readFile(calls, 'utf8'), 'x\nx\n');
  });

  it('fails when a plugin fails, and calls it again the next time', async () => {
    const flag = join(folder, 'flag');
    const script = `test -e "${flag}" || { touch "${flag}"; exit 1; }; echo '${answer}'`;
    const exec = { ...plugin, args: ['-c', script] };
    const credentials = createCredentials(await configFor('https://one', { exec }));
    await assert.rejects(credentials.current(), CredentialsUnavailable);
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer from-plugin' });
  });

  for (const other of [{ token: 't' }, { 'client-certificate': 'client.crt', 'client-key': 'client.crt' }]) {
    it(`do not call a plugin if there is ${Object.keys(other)[0]}, as in kubectl`, async () => {
      await writeFile(join(folder, 'client.crt'), 'pem');
      const config = await configFor('https://one', { ...other, exec: { ...plugin, command: 'no-such-plugin' } });
      await createCredentials(config).current();
    });
  }

  const oidc = (config: object) => ({
    'auth-provider': {
      name: 'oidc',
      config: { 'client-id': 'mooring', 'idp-issuer-url': 'https://127.0.0.1:1', ...config },
    },
  });

  it('contain the id-token of OIDC', async () => {
    const token = `h.${Buffer.from('{"exp":99999999999}').toString('base64url')}.s`;
    const { headers } = await createCredentials(await configFor('https://one', oidc({ 'id-token': token }))).current();
    assert.deepEqual(headers, { Authorization: `Bearer ${token}` });
  });

  it('renew the id-token of OIDC only without a token and a password, as kubectl does', async () => {
    for (const [other, Authorization] of [
      [{ token: 't' }, 'Bearer t'],
      [{ username: 'me', password: 'p' }, `Basic ${btoa('me:p')}`],
    ] as const) {
      const config = await configFor('https://one', { ...oidc({ 'refresh-token': 'r' }), ...other });
      assert.deepEqual((await createCredentials(config).current()).headers, { Authorization });
    }
    const config = await configFor('https://one', oidc({ 'refresh-token': 'r' }));
    await assert.rejects(createCredentials(config).current(), {
      name: 'CredentialsUnavailable',
      message: /ECONNREFUSED/,
    });
  });

  it('warn if a renewed id-token is not saved, and renew it again before it expires', async () => {
    const issuer = await new OidcIssuer().start();
    issuer.lifetime = 5;
    try {
      const config = await configFor(
        'https://one',
        oidc({
          'idp-issuer-url': issuer.url,
          'idp-certificate-authority-data': btoa(issuer.authority),
          'refresh-token': issuer.refreshToken,
        }),
      );
      await rm(join(folder, 'config'));
      const warnings: string[] = [];
      const credentials = createCredentials(config, { warn: (text) => warnings.push(text) });
      for (const count of [1, 2]) {
        const { headers } = await credentials.current();
        assert.deepEqual(headers, { Authorization: `Bearer ${issuer.newest}` });
        assert.equal(issuer.grants.length, count);
      }
      assert.match(warnings[0] ?? '', /^the renewed OIDC tokens of user "u" are not saved in /);
    } finally {
      await issuer.stop();
    }
  });
});
