import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../src/api/environment.ts';
import { apply, createNamespace, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { readResourceVersions, waitUntilQuiet } from '../support/resource-versions.ts';
import {
  waitUntilApplied,
  deleteSpokeNamespaces,
  waitForReadiness,
  listTraces,
  deleteTestObjects,
} from '../support/tenant.ts';

/** Long enough for a controller to act if a dry run had an effect. */
const watchedMs = 2000;

describe('kubectl --dry-run=server', function () {
  this.timeout(120_000);
  let namespace: string;
  const files = (clusters: number) =>
    manifest(
      environment(namespace, { placement: { numberOfClusters: clusters } }),
      profile(namespace),
      deployment(namespace),
    );

  before(async () => {
    namespace = await createNamespace('dry-run');
  });
  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  it('creates nothing with client-side or server-side apply', async () => {
    const before = await waitUntilQuiet();
    for (const flags of [[], ['--server-side']]) {
      const ran = await apply(files(1), '--dry-run=server', ...flags);
      assert.equal(ran.code, 0, ran.stderr);
      assert.match(ran.stdout, /environment\.spectrocloud\.com\/primary .*\(server dry run\)/);
    }
    await sleep(watchedMs);
    assert.deepEqual(await listTraces(namespace), []);
    assert.deepEqual(await readResourceVersions(), before);
  });

  it('shows the stamp that a real apply would get', async () => {
    const args = ['apply', '-f', '-', '--dry-run=server', '-o', 'json'];
    const ran = await kubectl(args, { input: manifest(environment(namespace)) });
    const shown: Environment = JSON.parse(ran.stdout);
    assert.equal(shown.metadata.annotations?.['spectrocloud.com/revision'], '1');
  });

  it('updates and deletes nothing', async () => {
    assert.equal((await apply(files(1))).code, 0);
    await Promise.all([waitForReadiness('Ready', namespace), waitUntilApplied(namespace)]);
    const before = await waitUntilQuiet();
    const ran = await apply(files(2), '--dry-run=server');
    assert.equal(ran.code, 0, ran.stderr);
    for (const object of ['workloaddeployment/web', 'environment/primary']) {
      await kubectlOk(['delete', object, '-n', namespace, '--dry-run=server']);
    }
    await sleep(watchedMs);
    assert.deepEqual(await readResourceVersions(), before);
    const found = await getObject<Environment>(['environment', 'primary', '-n', namespace]);
    assert.equal(found?.status?.revision, 1);
  });
});
