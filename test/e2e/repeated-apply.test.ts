import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { apply, createNamespace, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { readResourceVersions, waitUntilQuiet } from '../support/resource-versions.ts';
import { waitUntilApplied, deleteSpokeNamespaces, waitForReadiness, deleteTestObjects } from '../support/tenant.ts';

/** Longer than any backoff or requeue after a write. */
const idleMs = 5000;

/** The ways to apply the same files again. */
const ways = [
  { way: 'client-side apply', flags: [], reason: 'what people type' },
  { way: 'server-side apply', flags: ['--server-side', '--field-manager=gitops'], reason: 'what GitOps tools do' },
];

for (const { way, flags, reason } of ways) {
  describe(`the same files applied again by ${way}, ${reason}`, function () {
    this.timeout(120_000);
    let namespace: string;
    let files: string;
    let versions: Record<string, string>;

    before(async () => {
      namespace = await createNamespace('again');
      files = manifest(
        environment(namespace, { labels: { team: 'platform' } }),
        environment(namespace, { name: 'unused' }),
        profile(namespace),
        deployment(namespace, { environmentRef: 'primary@v1' }),
        deployment(namespace, { name: 'follows' }),
      );
      const ran = await apply(files, ...flags);
      assert.equal(ran.code, 0, ran.stderr);
      await Promise.all([
        waitForReadiness('Ready', namespace),
        waitForReadiness('Ready', namespace, 'unused'),
        waitUntilApplied(namespace),
        waitUntilApplied(namespace, 'follows'),
      ]);
      versions = await waitUntilQuiet();
    });
    after(async () => {
      await deleteTestObjects(namespace);
      await deleteSpokeNamespaces(namespace);
    });

    it('show no difference in kubectl diff', async () => {
      const { code, stdout, stderr } = await kubectl(['diff', '-f', '-', ...flags], { input: files });
      assert.equal(code, 0, stdout + stderr);
    });

    it('change nothing on the hub', async () => {
      const ran = await apply(files, ...flags);
      assert.deepEqual({ code: ran.code, stderr: ran.stderr }, { code: 0, stderr: '' });
      assert.deepEqual(await readResourceVersions(), versions);
    });

    it('do not make a revision', async () => {
      const revisions = (await kubectlOk(['get', 'definitionrevisions', '-n', namespace, '-o', 'name'])).trim();
      assert.deepEqual(revisions.split('\n').toSorted(), [
        'definitionrevision.spectrocloud.com/environment.primary.v1',
        'definitionrevision.spectrocloud.com/environment.unused.v1',
        'definitionrevision.spectrocloud.com/workloadprofile.web.v1',
      ]);
    });

    it('do not cause a write later', async () => {
      await sleep(idleMs);
      assert.deepEqual(await readResourceVersions(), versions);
    });
  });
}
