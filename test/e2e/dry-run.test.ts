import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../src/api/environment.ts';
import { apply, freshNamespace, getObject, kubectl } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { resourceVersions, settled } from '../support/resource-versions.ts';
import { applied, clearSpokes, judged, tracesOf, vacate } from '../support/tenant.ts';

/** Time enough for a controller that was misled to act. */
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
    namespace = await freshNamespace('dry-run');
  });
  after(async () => {
    await vacate(namespace);
    await clearSpokes(namespace);
  });

  it('creates nothing, by client-side or server-side apply', async () => {
    const before = await settled();
    for (const flags of [[], ['--server-side']]) {
      const ran = await apply(files(1), '--dry-run=server', ...flags);
      assert.equal(ran.code, 0, ran.stderr);
      assert.match(ran.stdout, /environment\.spectrocloud\.com\/primary .*\(server dry run\)/);
    }
    await sleep(watchedMs);
    assert.deepEqual(await tracesOf(namespace), []);
    assert.deepEqual(await resourceVersions(), before);
  });

  it('shows the stamp that a real apply would get', async () => {
    const args = ['apply', '-f', '-', '--dry-run=server', '-o', 'json'];
    const ran = await kubectl(args, { input: manifest(environment(namespace)) });
    const shown: Environment = JSON.parse(ran.stdout);
    assert.equal(shown.metadata.annotations?.['spectrocloud.com/revision'], '1');
  });

  it('updates and deletes nothing', async () => {
    assert.equal((await apply(files(1))).code, 0);
    await Promise.all([judged('Ready', namespace), applied(namespace)]);
    const before = await settled();
    const ran = await apply(files(2), '--dry-run=server');
    assert.equal(ran.code, 0, ran.stderr);
    for (const object of ['workloaddeployment/web', 'environment/primary']) {
      // The Environment is in use: that deletion may be refused as well.
      await kubectl(['delete', object, '-n', namespace, '--dry-run=server']);
    }
    await sleep(watchedMs);
    assert.deepEqual(await resourceVersions(), before);
    const found = await getObject<Environment>(['environment', 'primary', '-n', namespace]);
    assert.equal(found?.status?.revision, 1);
  });
});
