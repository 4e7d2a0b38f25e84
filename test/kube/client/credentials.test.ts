import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it('serves plain http, which client-node refuses', async () => {
    const { agent, headers } = await createCredentials(await configFor('http://one', { token: 't' })).current();
    assert.ok(agent instanceof http.Agent && !(agent instanceof https.Agent));
    assert.deepEqual(headers, { Authorization: 'Bearer t' });
  });

  it('trusts the CA of a context without a user', async () => {
    const config = await configFor('https://one', {}, { 'certificate-authority-data': btoa('CA') });
    config.users = [];
    const { agent } = await createCredentials(config).current();
    assert.ok(agent instanceof https.Agent);
    assert.equal(String(agent.options.ca), 'CA');
  });

  it('knows basic authentication and impersonation', async () => {
    const config = await configFor('https://one', { username: 'me', password: 'p', as: 'another' });
    const { auth, headers } = await createCredentials(config).current();
    assert.equal(auth, 'me:p');
    assert.deepEqual(headers, { 'Impersonate-User': 'another' });
  });

  it('keeps connections while the certificates are the same, and takes up new ones', async () => {
    const file = join(folder, 'client.crt');
    await writeFile(file, 'old');
    const config = await configFor('https://one', { 'client-certificate': file, 'client-key-data': btoa('key') });
    const credentials = createCredentials(config);
    const { agent } = await credentials.current();
    assert.equal((await credentials.current()).agent, agent);
    credentials.refresh();
    assert.equal((await credentials.current()).agent, agent);
    await writeFile(file, 'new');
    credentials.refresh();
    const renewed = (await credentials.current()).agent;
    assert.notEqual(renewed, agent);
    assert.ok(renewed instanceof https.Agent);
    assert.equal(String(renewed.options.cert), 'new');
  });

  it('reads a token file, however it ends, and again when it may have changed', async () => {
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

  it('asks a plugin once for many requests, and again when the server does not know its answer', async () => {
    const calls = join(folder, 'calls');
    const script = `echo x >> "${calls}"; echo '{"status":{"token":"from-plugin"}}'`;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] };
    const credentials = createCredentials(await configFor('https://one', { exec }));
    const answers = await Promise.all([credentials.current(), credentials.current()]);
    assert.deepEqual(answers[1]?.headers, { Authorization: 'Bearer from-plugin' });
    assert.equal(await readFile(calls, 'utf8'), 'x\n');
    credentials.refresh();
    await credentials.current();
    assert.equal(await readFile(calls, 'utf8'), 'x\nx\n');
  });

  it('says so when a plugin fails, and asks it again the next time', async () => {
    const flag = join(folder, 'flag');
    const script = `test -e "${flag}" || { touch "${flag}"; echo no luck >&2; exit 1; }; echo '{"status":{"token":"t"}}'`;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] };
    const credentials = createCredentials(await configFor('https://one', { exec }));
    await assert.rejects(credentials.current(), CredentialsUnavailable);
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer t' });
  });
});
