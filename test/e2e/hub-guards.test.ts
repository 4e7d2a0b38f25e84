import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Condition, KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { eventually, createNamespace, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { waitUntilApplied, deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

describe('what is not applied on the hub', function () {
  this.timeout(120_000);
  let namespace: string;
  let folder: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('guard');
    folder = await mkdtemp(join(tmpdir(), 'mooring-'));
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
    await rm(folder, { recursive: true });
  });

  const shown = (name: string, type: string, reason: string): Promise<Condition> =>
    eventually(`deployment ${name} shows ${type} ${reason}`, async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
      return found?.status?.conditions?.find((condition) => condition.type === type && condition.reason === reason);
    });

  it('is a ManifestWork of more than 500 KiB: the deployment reports the size, and the applied objects stay unchanged', async () => {
    const web = profile(namespace);
    const objects = [environment(namespace), web, deployment(namespace)];
    await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
    const before = await waitUntilApplied(namespace);

    const components = ['a', 'b', 'c'].map((name) => ({
      name,
      type: 'webservice',
      properties: { text: 'x'.repeat(200 * 1024) },
    }));
    const large = manifest({ ...web, spec: { workload: { components } } });
    // Client-side apply would store it in an annotation, which has a smaller limit.
    await kubectlOk(['apply', '--server-side', '--force-conflicts', '-f', '-'], { input: large });
    const { status, message } = await shown('web', 'Rendered', 'ManifestsTooLarge');
    assert.equal(status, 'False');
    assert.match(
      message ?? '',
      /^web has 60\d KiB of manifests; one ManifestWork can have at most 500 KiB: split the workload$/,
    );
    assert.match(
      (await shown('web', 'Applied', 'ManifestsTooLarge')).message ?? '',
      /the applied objects stay unchanged/,
    );
    const on = before.status?.selectedClusters?.[0] ?? '';
    const names = ['get', 'workload', 'web', '-n', namespace, '-o', 'jsonpath={.spec.components[*].name}'];
    assert.equal(await kubectlOk(names, { on }), 'ui');

    await kubectlOk(['apply', '--server-side', '--force-conflicts', '-f', '-'], { input: manifest(web) });
    await waitUntilApplied(namespace);
  });

  for (const kind of ['Placement', 'ManifestWorkReplicaSet']) {
    it(`is a ${kind} whose name is used by an object of another owner`, async () => {
      const name = kind.toLowerCase();
      const small = { ...profile(namespace), metadata: { namespace, name: 'web' } };
      const wanted = deployment(namespace, { name, spokeNamespace: `${namespace}-${name}` });
      const file = join(folder, `${name}.yaml`);
      await writeFile(file, manifest(environment(namespace), small, wanted));
      const { stdout } = await runMooring(['render', '-o', 'json', file]);
      const { items }: { items: (KubeObject & { spec: object })[] } = JSON.parse(stdout);
      const ours = items.find((object) => object.kind === kind);
      assert.ok(ours !== undefined);
      const foreign = { ...ours, metadata: { name: ours.metadata.name, namespace: ours.metadata.namespace } };
      const of = [kind, ours.metadata.name, '-n', ours.metadata.namespace ?? ''];
      await kubectlOk(['create', '-f', '-'], { input: manifest(foreign) });
      const before = await getObject<KubeObject & { spec: object }>(of);

      await kubectlOk(['apply', '-f', '-'], { input: manifest(wanted) });
      const { message } = await shown(name, 'Applied', 'NameTaken');
      assert.match(message ?? '', new RegExp(`^${kind} .*/${ours.metadata.name} exists and is not managed by mooring`));
      const after = await getObject<KubeObject & { spec: object }>(of);
      assert.deepEqual([after?.spec, after?.metadata.annotations], [before?.spec, before?.metadata.annotations]);

      await kubectlOk(['delete', ...of]);
      // A blocked write is tried again every ten seconds.
      await eventually(
        'it is applied when the name is free',
        async () => {
          const found = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
          return found?.status?.conditions?.some(({ type, status }) => type === 'Applied' && status === 'True');
        },
        { withinMs: 30_000 },
      );
      await kubectlOk(['delete', 'workloaddeployment', name, '-n', namespace]);
      await deleteSpokeNamespaces(`${namespace}-${name}`);
    });
  }
});
