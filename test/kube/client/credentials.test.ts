import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connections } from '../../../src/kube/client/connections.ts';
import { createCredentials, CredentialsUnavailable } from '../../../src/kube/client/credentials.ts';
import { type KubeConfig, loadKubeConfig } from '../../../src/kube/client/kube-config.ts';

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
    return loadKubeConfig({ kubeconfig });
  };

  it('support plain http, which client-node rejects', async () => {
    const { server, tls, headers } = await createCredentials(await configFor('http://one', { token: 't' })).current();
    assert.equal(server.protocol, 'http:');
    assert.deepEqual(tls, { rejectUnauthorized: false });
    assert.deepEqual(headers, { Authorization: 'Bearer t' });
  });

  it('trusts the CA of a context without a user', async () => {
    const config = await configFor('https://one', {}, { 'certificate-authority-data': btoa('CA') });
    config.users = [];
    const { server, tls } = await createCredentials(config).current();
    assert.equal(server.protocol, 'https:');
    assert.equal(String(tls.ca), 'CA');
  });

  it('supports basic authentication and impersonation', async () => {
    const config = await configFor('https://one', { username: 'me', password: 'p', as: 'another' });
    const { auth, headers } = await createCredentials(config).current();
    assert.equal(auth, 'me:p');
    assert.deepEqual(headers, { 'Impersonate-User': 'another' });
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

  it('takes the user and the password of the server URL, unless the kubeconfig has others', async () => {
    const server = 'https://bob:p%40w@one';
    assert.equal((await createCredentials(await configFor(server, {})).current()).auth, 'bob:p@w');
    const user = { username: 'me', password: 'p' };
    assert.equal((await createCredentials(await configFor(server, user)).current()).auth, 'me:p');
    assert.equal('auth' in (await createCredentials(await configFor('https://one', {})).current()), false);
  });

  it('reads a token file with or without a newline at its end, and again when it may have changed', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'first\n');
    const config = await configFor('https://one', { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } });
    const credentials = createCredentials(config);
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer first' });
    await writeFile(tokenFile, 'second');
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer first' });
    credentials.refresh();
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer second' });
  });

  it('calls a plugin once for many requests, and again when the server rejects its credentials', async () => {
    const calls = join(folder, 'calls');
    const script = `echo x >> "${calls}"; echo '{"status":{"token":"from-plugin"}}'`;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] };
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
    const script = `test -e "${flag}" || { touch "${flag}"; echo no luck >&2; exit 1; }; echo '{"status":{"token":"t"}}'`;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] };
    const credentials = createCredentials(await configFor('https://one', { exec }));
    await assert.rejects(credentials.current(), CredentialsUnavailable);
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer t' });
  });
});
