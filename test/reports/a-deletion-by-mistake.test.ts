import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { createNamespace, eventually, getObject, kubectl, kubectlOk, sharedHub } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { conditionOf, deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';

/** The way back in docs/recovery.md. */
describe('an Environment that was deleted by mistake while it is in use', function () {
  this.timeout(180_000);
  const refs = { floating: 'primary', pinned: 'primary@v2' };
  let namespace: string;
  let folder: string;
  let atFirst: string[];

  const cli = async (...args: string[]) => runMooring([...args, '--kubeconfig', (await sharedHub()).kubeconfig]);
  const primary = () => getObject<Environment>(['environment', 'primary', '-n', namespace]);
  const read = (name: string) => getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
  const apply = (...objects: object[]) => kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });

  /** `spoke name uid generation` of each Workload. */
  async function workloads(): Promise<string[]> {
    const spokes = Object.keys((await sharedHub()).spokes);
    const found = await Promise.all(
      spokes.map(async (on) => {
        const { items }: { items: KubeObject[] } = JSON.parse(
          await kubectlOk(['get', 'workloads', '-n', namespace, '-o', 'json'], { on }),
        );
        return items.map(({ metadata: { name, uid, generation } }) => [on, name, uid, generation].join(' '));
      }),
    );
    return found.flat().toSorted();
  }

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('mistake');
    folder = await mkdtemp(join(tmpdir(), 'mooring-mistake-'));
    await apply(profile(namespace));
    for (const revision of [1, 2, 3]) {
      await apply(environment(namespace, { labels: { edition: String(revision) } }));
      await eventually(
        `revision ${revision} is recorded`,
        async () => (await primary())?.status?.revision === revision,
      );
    }
    await apply(
      ...Object.entries(refs).map(([name, environmentRef]) => deployment(namespace, { name, environmentRef })),
    );
    await waitUntilApplied(namespace, 'floating', 3);
    await waitUntilApplied(namespace, 'pinned', 2);
    atFirst = await workloads();
    assert.equal(atFirst.length, 2);
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
    await rm(folder, { recursive: true });
  });

  it('comes back with the same numbers, and its workloads are not touched', async () => {
    const backup = join(folder, 'backup.yaml');
    const deleted = await kubectl(['delete', 'environment', 'primary', '-n', namespace, '--wait=false']);
    assert.equal(deleted.code, 0, deleted.stderr);
    await eventually('it is Deleting', async () => conditionOf((await primary())?.status, 'Deleting') === 'True InUse');

    const exported = await cli('export', '-n', namespace, backup);
    assert.equal(exported.code, 0, exported.stderr);
    assert.match(exported.stderr, /Environment \S+\/primary is being deleted and is exported/);
    assert.match(exported.stderr, /exported 4 DefinitionRevisions, .*1 Environment, 2 WorkloadDeployments/);
    const tooEarly = await cli('import', backup);
    assert.equal(tooEarly.code, 1, tooEarly.stdout);
    assert.match(tooEarly.stdout + tooEarly.stderr, /an object of this name is being deleted/);

    await kubectlOk(['annotate', 'environment', 'primary', '-n', namespace, 'spectrocloud.com/acknowledge=InUse']);
    await eventually('it is gone', async () => (await primary()) === undefined);
    for (const name of Object.keys(refs)) {
      await eventually(`${name} is held`, async () => {
        return conditionOf((await read(name))?.status, 'Resolved') === 'False ReferenceNotFound';
      });
    }
    assert.deepEqual(await workloads(), atFirst);

    const imported = await cli('import', backup);
    assert.equal(imported.code, 0, imported.stdout + imported.stderr + (await readFile(backup, 'utf8')));
    assert.match(imported.stdout, /environment\.spectrocloud\.com \S+\/primary created \(revision 3\)/);
    for (const [name, revision] of [
      ['floating', 3],
      ['pinned', 2],
    ] as const) {
      await eventually(`${name} is served again`, async () => {
        const { status } = (await read(name)) ?? {};
        const isServed = conditionOf(status, 'Resolved')?.startsWith('True') === true;
        return (
          isServed && conditionOf(status, 'Applied') === 'True Applied' && status?.environment?.revision === revision
        );
      });
    }
    assert.deepEqual(await workloads(), atFirst);
    const recorded = await kubectlOk(['get', 'definitionrevisions', '-n', namespace, '-o', 'name']);
    for (const revision of [1, 2, 3]) assert.match(recorded, new RegExp(`environment\\.primary\\.v${revision}`));
  });
});
