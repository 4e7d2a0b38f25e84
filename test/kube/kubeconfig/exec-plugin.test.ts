import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExecPlugin } from '../../../src/kube/kubeconfig/exec-plugin.ts';

const apiVersion = 'client.authentication.k8s.io/v1';
const cluster = { name: 'c', server: 'https://one', insecureSkipTlsVerify: false, disableCompression: false };
const limits = { silent: 5000, interactive: 5000 };

describe('ExecPlugin', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-plugin-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const pluginOf = (status: object, changes: object = {}) => {
    const answer = JSON.stringify({ kind: 'ExecCredential', apiVersion, status });
    const script = `echo "$KUBERNETES_EXEC_INFO" >> "${folder}/calls"; echo '${answer}'`;
    const exec = {
      apiVersion,
      command: 'sh',
      args: ['-c', script],
      env: {},
      provideClusterInfo: false,
      interactiveMode: 'Never',
      ...changes,
    };
    return new ExecPlugin(exec, cluster, process.env, limits);
  };
  const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n');

  it('tells the plugin that it cannot ask the user', async () => {
    assert.deepEqual(await pluginOf({ token: 't' }).credential(undefined), { token: 't' });
    assert.deepEqual(await calls(), [
      `{"kind":"ExecCredential","apiVersion":"${apiVersion}","spec":{"interactive":false}}`,
    ]);
  });

  it('runs again only when the answer has expired or was rejected', async () => {
    const endless = pluginOf({ token: 't', expirationTimestamp: '2999-01-01T00:00:00Z' });
    await endless.credential(undefined);
    await endless.credential(undefined);
    assert.equal((await calls()).length, 1);
    endless.forget();
    await endless.credential(undefined);
    assert.equal((await calls()).length, 2);
    const expired = pluginOf({ token: 't', expirationTimestamp: '2001-01-01T00:00:00Z' });
    await expired.credential(undefined);
    await expired.credential(undefined);
    assert.equal((await calls()).length, 4);
  });

  it('names the plugin whose answer it cannot use', async () => {
    await assert.rejects(
      pluginOf({}).credential(undefined),
      /^Error: exec plugin "sh": it printed neither a token nor a certificate$/,
    );
  });

  it('refuses a plugin that has to ask the user where nobody can answer', async function () {
    if (process.stdin.isTTY) this.skip();
    await assert.rejects(
      pluginOf({ token: 't' }, { interactiveMode: 'Always' }).credential(undefined),
      /needs a terminal \(interactiveMode: Always\)/,
    );
  });
});
