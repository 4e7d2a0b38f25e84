import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinaries } from '../../../../deploy/local/kubernetes/binaries.ts';

describe('the programs of a cluster', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'binaries-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const ensure = (environment: Record<string, string>) =>
    ensureBinaries({ cache: join(folder, 'cache'), environment, output: { print: () => {} } });

  it('come from $KUBEBUILDER_ASSETS if it contains all of them', async () => {
    for (const name of ['etcd', 'kube-apiserver', 'kubectl', 'kube-controller-manager']) {
      await writeFile(join(folder, name), '');
    }
    assert.deepEqual(await ensure({ KUBEBUILDER_ASSETS: folder }), {
      etcd: join(folder, 'etcd'),
      apiserver: join(folder, 'kube-apiserver'),
      kubectl: join(folder, 'kubectl'),
      controllerManager: join(folder, 'kube-controller-manager'),
    });
  });

  it('are named in the error if $KUBEBUILDER_ASSETS does not contain one', async () => {
    await writeFile(join(folder, 'etcd'), '');
    await assert.rejects(ensure({ KUBEBUILDER_ASSETS: folder }), /KUBEBUILDER_ASSETS.*kube-apiserver/);
  });

  it('cannot be built without Go, and the error message is one line', async () => {
    await assert.rejects(ensure({ PATH: folder, MOORING_KUBERNETES_MIRROR: 'none' }), (error) => {
      return error instanceof Error && /needs Go/.test(error.message) && !error.message.includes('\n');
    });
  });
});
