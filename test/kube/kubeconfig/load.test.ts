import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { loadKubeConfig, loadUserKubeConfig } from '../../../src/kube/kubeconfig/load.ts';

describe('loadKubeConfig', () => {
  let folder: string;
  let kubeconfig: string;
  let podFolder: string;
  const pod = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-kubeconfig-'));
    kubeconfig = join(folder, 'config');
    podFolder = join(folder, 'pod');
    await mkdir(podFolder);
    await mkdir(join(folder, '.kube'));
    await writeFile(join(podFolder, 'token'), 'of the pod');
    await writeFile(join(folder, '.kube', 'config'), configOf('home'));
    await writeFile(join(folder, 'b'), configOf('b'));
    await writeFile(join(folder, 'empty'), '');
    await writeFile(join(folder, 'undecided'), configOf('hub').replace('"current-context":"hub",', ''));
    const content = {
      'current-context': 'hub',
      contexts: [
        context('hub', 'hub'),
        context('spoke', 'spoke'),
        context('torn', 'nowhere'),
        context('stranger', 'hub', { user: 'nobody' }),
        context('anonymous', 'hub', { user: '' }),
        context('old', 'hub', { user: 'azure' }),
        context('team', 'hub', { namespace: 'team' }),
      ],
      clusters: ['hub', 'spoke'].map((name) => ({
        name,
        cluster: { server: `https://${name}:6443`, 'certificate-authority': 'ca.crt' },
      })),
      users: [
        { name: 'me', user: {} },
        { name: 'azure', user: { 'auth-provider': { name: 'azure' } } },
      ],
    };
    await writeFile(kubeconfig, JSON.stringify(content));
  });
  after(() => rm(folder, { recursive: true }));

  const load = (options: { kubeconfig?: string; context?: string }, environment: Record<string, string> = {}) =>
    loadUserKubeConfig(options, { environment, podFolder });

  it('uses the current context of a file, with paths relative to it', () => {
    const { cluster } = loadKubeConfig({ kubeconfig }, { environment: {} });
    assert.equal(cluster.server, 'https://hub:6443');
    assert.equal(cluster.certificateAuthority, join(folder, 'ca.crt'));
  });

  it('uses another context by name', () => {
    assert.equal(load({ kubeconfig, context: 'spoke' }).cluster.server, 'https://spoke:6443');
    assert.equal(
      loadKubeConfig({ kubeconfig, context: 'spoke' }, { environment: {} }).cluster.server,
      'https://spoke:6443',
    );
  });

  it('returns the namespace of the context, or default if the context has none', () => {
    assert.equal(load({ kubeconfig }).namespace, 'default');
    assert.equal(load({ kubeconfig, context: 'team' }).namespace, 'team');
  });

  it('is anonymous in a context without a user', () => {
    assert.deepEqual(load({ kubeconfig, context: 'anonymous' }).user, { name: '' });
  });

  describe('finds the files as kubectl does', () => {
    const rows: [why: string, environment: () => Record<string, string>, context: string][] = [
      [
        'the first of several files wins',
        () => ({ KUBECONFIG: `${kubeconfig}${delimiter}${join(folder, 'b')}` }),
        'hub',
      ],
      ['in any order', () => ({ KUBECONFIG: `${join(folder, 'b')}${delimiter}${kubeconfig}` }), 'b'],
      [
        'missing and empty files and empty names are skipped',
        () => ({ KUBECONFIG: ['', join(folder, 'none'), join(folder, 'empty'), join(folder, 'b')].join(delimiter) }),
        'b',
      ],
      ['the file in the home directory is the default', () => ({ HOME: folder }), 'home'],
      ['an empty KUBECONFIG is none', () => ({ HOME: folder, KUBECONFIG: '' }), 'home'],
      ['a KUBECONFIG replaces the default', () => ({ HOME: folder, KUBECONFIG: join(folder, 'b') }), 'b'],
      ['a pod without any file uses its service account', () => pod, 'in-cluster'],
      ['a file comes before the service account', () => ({ ...pod, HOME: folder }), 'home'],
    ];
    for (const [why, environment, expected] of rows) {
      it(why, () => assert.equal(load({}, environment()).context, expected));
    }
  });

  it('prefers the service account for a role, unless a file or a context is given', () => {
    const environment = { ...pod, HOME: folder };
    assert.equal(loadKubeConfig({}, { environment, podFolder }).context, 'in-cluster');
    assert.equal(loadKubeConfig({ kubeconfig }, { environment, podFolder }).context, 'hub');
    assert.equal(loadKubeConfig({ context: 'home' }, { environment, podFolder }).context, 'home');
    assert.equal(loadKubeConfig({}, { environment: { HOME: folder }, podFolder }).context, 'home');
  });

  it('reports in one line what is missing', () => {
    const rows: [options: { kubeconfig?: string; context?: string }, message: RegExp][] = [
      [{ kubeconfig, context: 'none' }, /^kubeconfig has no context named "none"$/],
      [{ kubeconfig, context: 'torn' }, /^kubeconfig: context "torn" names cluster "nowhere", which is not defined$/],
      [
        { kubeconfig, context: 'stranger' },
        /^kubeconfig: context "stranger" names user "nobody", which is not defined$/,
      ],
      [{ kubeconfig, context: 'old' }, /auth-provider "azure" is not supported/],
      [{ kubeconfig: join(folder, 'none') }, /^kubeconfig: ENOENT/],
      [{ kubeconfig: join(folder, 'undecided') }, /^kubeconfig has no current-context; set --context$/],
      [{}, /^no cluster configuration: .*; set --kubeconfig or KUBECONFIG$/],
    ];
    for (const [options, message] of rows) {
      assert.throws(() => load(options), { name: 'InvalidKubeConfig', message });
    }
  });
});

function context(name: string, cluster: string, { user = 'me', namespace = '' } = {}): object {
  return { name, context: { cluster, user, namespace } };
}

function configOf(name: string): string {
  return JSON.stringify({
    'current-context': name,
    contexts: [{ name, context: { cluster: name } }],
    clusters: [{ name, cluster: { server: `https://${name}:6443` } }],
  });
}
