import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inClusterConfig } from '../../../src/kube/kubeconfig/in-cluster.ts';

describe('inClusterConfig', () => {
  let folder: string;
  const environment = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-pod-'));
    await writeFile(join(folder, 'token'), 'token');
    await writeFile(join(folder, 'ca.crt'), 'CA');
    await writeFile(join(folder, 'namespace'), 'team\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has the server of the environment, and the files of the service account', () => {
    const config = inClusterConfig(environment, folder);
    assert.equal(config?.cluster.server, 'https://10.0.0.1:443');
    assert.equal(config.cluster.certificateAuthority, join(folder, 'ca.crt'));
    assert.equal(config.user.tokenFile, join(folder, 'token'));
    assert.equal(config.namespace, 'team');
  });

  it('puts an IPv6 address in brackets', () => {
    const config = inClusterConfig({ ...environment, KUBERNETES_SERVICE_HOST: 'fd00::1' }, folder);
    assert.equal(config?.cluster.server, 'https://[fd00::1]:443');
  });

  it('takes the namespace of POD_NAMESPACE before the file, and default without both', async () => {
    assert.equal(inClusterConfig({ ...environment, POD_NAMESPACE: 'pod' }, folder)?.namespace, 'pod');
    await rm(join(folder, 'namespace'));
    assert.equal(inClusterConfig(environment, folder)?.namespace, 'default');
  });

  it('is absent outside of a pod, and in a pod without a service account', async () => {
    assert.equal(inClusterConfig({}, folder), undefined);
    await rm(join(folder, 'token'));
    assert.equal(inClusterConfig(environment, folder), undefined);
  });
});
