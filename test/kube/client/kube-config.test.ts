import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKubeConfig, loadUserKubeConfig, namespaceOf } from '../../../src/kube/client/kube-config.ts';

describe('loadKubeConfig', () => {
  let folder: string;
  let kubeconfig: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-kubeconfig-'));
    kubeconfig = join(folder, 'config');
    const content = {
      'current-context': 'hub',
      contexts: [
        context('hub', 'hub'),
        context('spoke', 'spoke'),
        context('torn', 'nowhere'),
        context('team', 'hub', 'team'),
      ],
      clusters: ['hub', 'spoke'].map((name) => ({
        name,
        cluster: { server: `https://${name}:6443`, 'certificate-authority': 'ca.crt' },
      })),
      users: [{ name: 'me', user: {} }],
    };
    await writeFile(kubeconfig, JSON.stringify(content));
  });
  after(() => rm(folder, { recursive: true }));

  it('uses the current context of a file, with paths relative to it', () => {
    const cluster = loadKubeConfig({ kubeconfig }).getCurrentCluster();
    assert.equal(cluster?.server, 'https://hub:6443');
    assert.equal(cluster.caFile, join(folder, 'ca.crt'));
  });

  it('uses another context by name', () => {
    assert.equal(loadKubeConfig({ kubeconfig, context: 'spoke' }).getCurrentCluster()?.server, 'https://spoke:6443');
  });

  it('finds the credentials of a user by file and context too', () => {
    const config = loadUserKubeConfig({ kubeconfig, context: 'spoke' });
    assert.equal(config.getCurrentCluster()?.server, 'https://spoke:6443');
    assert.throws(() => loadUserKubeConfig({ kubeconfig, context: 'none' }), /has no context named "none"$/);
  });

  it('returns the namespace of the context, or default if the context has none', () => {
    const config = loadKubeConfig({ kubeconfig });
    assert.equal(namespaceOf(config), 'default');
    config.setCurrentContext('team');
    assert.equal(namespaceOf(config), 'team');
  });

  it('reports in one line what is missing', () => {
    assert.throws(
      () => loadKubeConfig({ kubeconfig, context: 'none' }),
      /^Error: kubeconfig has no context named "none"$/,
    );
    assert.throws(
      () => loadKubeConfig({ kubeconfig, context: 'torn' }),
      /^Error: kubeconfig: context "torn" has no cluster$/,
    );
    assert.throws(() => loadKubeConfig({ kubeconfig: join(folder, 'missing') }), /ENOENT/);
  });
});

function context(name: string, cluster: string, namespace?: string): object {
  return { name, context: { cluster, user: 'me', ...(namespace !== undefined && { namespace }) } };
}
