import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateCertificateFiles, readPem } from '../../deploy/local/hub/files/certificates.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import type { Environment } from '../../src/api/environment.ts';
import { environments } from '../../src/api/kinds.ts';
import { Informer } from '../../src/kube/cache/informer.ts';
import { createClient } from '../../src/kube/client/client.ts';
import { loadKubeConfig } from '../../src/kube/kubeconfig/load.ts';
import { FaultyProxy, type ProxiedRequest } from '../support/faulty-proxy.ts';
import { eventually, sharedHub } from '../support/hub.ts';
import { environment, manifest } from '../support/manifests.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

// The limit of the roles is 150 s. A cache with a shorter one shows the same in less time.
const silenceMs = 5000;

describe('a connection that swallows everything', function () {
  this.timeout(120_000);
  let proxy: FaultyProxy;
  let tenant: TenantUser;
  let folder: string;
  let kubeconfig: string;

  before(async function () {
    this.timeout(300_000);
    const hub = await sharedHub();
    tenant = await createTenant('silent');
    proxy = await new FaultyProxy(
      `https://127.0.0.1:${portOf(hub.state, 'hub-apiserver')}`,
      await readPem(locateCertificateFiles(hub.files.certificates('hub')).authority),
    ).start();
    folder = await mkdtemp(join(tmpdir(), 'mooring-silent-'));
    kubeconfig = join(folder, 'config');
    await writeFile(kubeconfig, await proxy.kubeconfig(hub.files.kubeconfig('controller')));
  });

  after(async () => {
    await proxy.stop();
    await rm(folder, { recursive: true });
    await deleteTestObjects(tenant.namespace);
  });

  it('does not hide a change from a cache for longer than its limit', async () => {
    const { namespace } = tenant;
    const { log } = recordedLog();
    const client = createClient(loadKubeConfig({ kubeconfig }, { environment: process.env }), {
      log,
      userAgent: 'mooring/test',
    });
    const informer = new Informer<Environment>({ client, resource: environments, namespace, log, silenceMs });
    const stop = new AbortController();
    const running = informer.run(stop.signal);
    try {
      await informer.synced;
      const isOwn = ({ isWatch }: ProxiedRequest) => isWatch;
      await eventually('the watch is open', () => Promise.resolve(proxy.freezeWatches(isOwn) > 0));
      const made = await tenant.apply(manifest(environment(namespace)));
      assert.equal(made.code, 0, made.stderr);
      assert.equal(informer.get(namespace, 'primary'), undefined, 'the watch is frozen');
      await eventually('the cache has it', () => Promise.resolve(informer.get(namespace, 'primary') !== undefined));
    } finally {
      stop.abort();
      await running;
    }
  });
});
