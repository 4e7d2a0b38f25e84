import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../src/api/object.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { createNamespace, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { waitUntilApplied, deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

const root = join(import.meta.dirname, '..', '..');

describe('mooring render', function () {
  this.timeout(120_000);
  let folder: string;
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('render');
    folder = await mkdtemp(join(tmpdir(), 'mooring-'));
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
    await kubectlOk(['delete', 'policydefinition', namespace, '-n', 'mural-system', '--ignore-not-found']);
    await rm(folder, { recursive: true });
  });

  it('prints the golden output of the complete example', async () => {
    const { code, stdout, stderr } = await runMooring(['render', join(root, 'deploy/local/examples/complete.yaml')]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, await readFile(join(root, 'test/golden/complete-example.yaml'), 'utf8'));
  });

  for (const custom of [false, true]) {
    it(`prints exactly what is applied on the hub${custom ? ' with a custom topology' : ''}`, async () => {
      const definition = customTopology(namespace, fewLines);
      const options = custom ? { topology: { type: namespace, properties: { clusters: 2 } } } : {};
      const name = custom ? 'custom' : 'web';
      const objects = [
        ...(custom ? [definition] : []),
        environment(namespace, { ...options, name }),
        profile(namespace),
        deployment(namespace, { name, environmentRef: name }),
      ];
      const { code, stdout, stderr } = await runMooring(['render', '-o', 'json', '-'], manifest(...objects));
      assert.deepEqual([code, stderr], [0, '']);
      const { items }: { items: HubObject[] } = JSON.parse(stdout);
      assert.deepEqual(items.map(({ kind }) => kind).toSorted(), ['ManifestWorkReplicaSet', 'Placement']);

      await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
      const { status } = await waitUntilApplied(namespace, name);
      const replicaSets = status?.replicaSets?.map((replicaSet) => replicaSet.name);
      assert.deepEqual(
        replicaSets,
        items.filter(({ kind }) => kind !== 'Placement').map(({ metadata }) => metadata.name),
      );
      for (const item of items) {
        const live = await getObject<HubObject>([
          item.kind ?? '',
          item.metadata.name,
          '-n',
          item.metadata.namespace ?? '',
        ]);
        assertContained(item.spec, live?.spec, `${item.kind} spec`);
        assertContained(item.metadata.labels, live?.metadata.labels, `${item.kind} labels`);
        assertContained(item.metadata.annotations, live?.metadata.annotations, `${item.kind} annotations`);
      }
    });
  }

  it('exits with 1 and the path if an object cannot be rendered', async () => {
    const file = join(folder, 'manifests.yaml');
    const wrong = environment(namespace, { placement: { numberOfClusters: '3' } });
    await writeFile(file, manifest(wrong, profile(namespace), deployment(namespace)));
    const { code, stdout, stderr } = await runMooring(['render', file]);
    assert.deepEqual([code, stdout], [1, ''], stderr);
    assert.ok(stderr.startsWith(`${file}:5: WorkloadDeployment web: Environment ${namespace}/primary: `), stderr);
    assert.match(stderr, /spec\.topology\.properties\.placement\.numberOfClusters: .*\(InvalidParameter\)$/m);
  });

  it('exits with 2 for invalid input', async () => {
    const { code, stdout, stderr } = await runMooring(['render', join(folder, 'none.yaml')]);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, /none\.yaml cannot be read/);
  });
});

interface HubObject extends KubeObject {
  spec: object;
}

/** Ignores fields that the API server adds. */
function assertContained(part: unknown, whole: unknown, what: string): void {
  if (Array.isArray(part)) {
    assert.ok(Array.isArray(whole), what);
    assert.equal(whole.length, part.length, what);
    part.forEach((item, index) => assertContained(item, whole[index], `${what}[${index}]`));
  } else if (typeof part === 'object' && part !== null) {
    assert.ok(typeof whole === 'object' && whole !== null, what);
    for (const [key, value] of Object.entries(part)) {
      assertContained(value, new Map(Object.entries(whole)).get(key), `${what}.${key}`);
    }
  } else {
    assert.equal(whole, part, what);
  }
}
