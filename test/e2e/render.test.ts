import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { freshNamespace, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { mooring } from '../support/mooring.ts';
import { applied, clearSpokes, vacate } from '../support/tenant.ts';

const root = join(import.meta.dirname, '..', '..');

describe('mooring render', function () {
  this.timeout(120_000);
  let folder: string;
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await freshNamespace('render');
    folder = await mkdtemp(join(tmpdir(), 'mooring-'));
  });

  after(async () => {
    await vacate(namespace);
    await clearSpokes(namespace);
    await kubectlOk(['delete', 'policydefinition', namespace, '-n', 'mural-system', '--ignore-not-found']);
    await rm(folder, { recursive: true });
  });

  async function inFile(text: string): Promise<string> {
    const file = join(folder, 'manifests.yaml');
    await writeFile(file, text);
    return file;
  }

  it('prints the complete example as it always did', async () => {
    const { code, stdout, stderr } = await mooring(['render', join(root, 'deploy/local/examples/complete.yaml')]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, await readFile(join(root, 'test/golden/complete-example.yaml'), 'utf8'));
  });

  for (const custom of [false, true]) {
    it(`prints just what is then applied on the hub${custom ? ', by a topology of your own' : ''}`, async () => {
      const definition = customTopology(namespace, fewLines);
      const options = custom ? { topology: { type: namespace, properties: { clusters: 2 } } } : {};
      const name = custom ? 'custom' : 'web';
      const objects = [
        ...(custom ? [definition] : []),
        environment(namespace, { ...options, name }),
        profile(namespace),
        deployment(namespace, { name, environmentRef: name }),
      ];
      const { code, stdout, stderr } = await mooring(['render', '-o', 'json', '-'], manifest(...objects));
      assert.deepEqual([code, stderr], [0, '']);
      const { items }: { items: HubObject[] } = JSON.parse(stdout);
      assert.deepEqual(items.map(({ kind }) => kind).toSorted(), ['ManifestWorkReplicaSet', 'Placement']);

      await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
      const { status } = await applied(namespace, name);
      const replicaSets = status?.replicaSets?.map((replicaSet) => replicaSet.name);
      assert.deepEqual(replicaSets, items.filter(({ kind }) => kind !== 'Placement').map(({ metadata }) => metadata.name));
      for (const item of items) {
        const live = await getObject<HubObject>([item.kind ?? '', item.metadata.name, '-n', item.metadata.namespace ?? '']);
        assertContained(item.spec, live?.spec, `${item.kind} spec`);
        assertContained(item.metadata.labels, live?.metadata.labels, `${item.kind} labels`);
        assertContained(item.metadata.annotations, live?.metadata.annotations, `${item.kind} annotations`);
      }
    });
  }

  const failures: { title: string; objects: () => object[]; code: number; says: RegExp }[] = [
    {
      title: 'a parameter that does not fit',
      objects: () => [
        environment(namespace, { placement: { numberOfClusters: '3' } }),
        profile(namespace),
        deployment(namespace),
      ],
      code: 1,
      says: /: WorkloadDeployment web: Environment .*spec\.topology\.properties\.placement\.numberOfClusters: .*\(InvalidParameter\)$/m,
    },
    {
      title: 'an Environment that is not in the files',
      objects: () => [profile(namespace), deployment(namespace)],
      code: 1,
      says: /: WorkloadDeployment web: spec\.environmentRef: there is no Environment .*\(ReferenceNotFound\)$/m,
    },
    {
      title: 'a revision that is not in the files',
      objects: () => [
        environment(namespace),
        profile(namespace),
        deployment(namespace, { environmentRef: 'primary@v3' }),
      ],
      code: 1,
      says: /: WorkloadDeployment web: spec\.environmentRef: .*there is v1 \(RevisionNotFound\)$/m,
    },
    {
      title: 'an object that breaks its schema',
      objects: () => [{ ...deployment(namespace), spec: { workload: { name: 'x' } } }],
      code: 1,
      says: /: WorkloadDeployment web: spec\.environmentRef: is required$/m,
    },
    { title: 'no deployment', objects: () => [environment(namespace)], code: 2, says: /no WorkloadDeployment/ },
  ];
  for (const { title, objects, code, says } of failures) {
    it(`ends with ${code} and says where on ${title}`, async () => {
      const file = await inFile(manifest(...objects()));
      const ran = await mooring(['render', file]);
      assert.equal(ran.code, code, ran.stderr);
      assert.match(ran.stderr, says);
      if (code === 1) assert.ok(ran.stderr.startsWith(`${file}:`), 'the file and its line come first');
    });
  }

  const unusable: { title: string; args: () => Promise<string[]> | string[]; says: RegExp }[] = [
    { title: 'a file that is not there', args: () => [join(folder, 'none.yaml')], says: /none\.yaml cannot be read/ },
    { title: 'no file', args: () => [], says: /which files\?/ },
    { title: 'an unknown flag', args: () => ['--colour', '-'], says: /--colour/ },
    { title: 'an unknown output', args: () => ['-o', 'xml', '-'], says: /-o xml: use yaml or json/ },
    { title: 'what is no YAML', args: async () => [await inFile('a: [')], says: /manifests\.yaml: / },
    { title: 'what is no object', args: async () => [await inFile('- a\n')], says: /manifests\.yaml:1: is no object/ },
  ];
  for (const { title, args, says } of unusable) {
    it(`ends with 2 on ${title}`, async () => {
      const { code, stdout, stderr } = await mooring(['render', ...(await args())]);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, says);
    });
  }

  it('prints what it can when one of several deployments cannot be rendered', async () => {
    const lost = deployment(namespace, { name: 'lost', environmentRef: 'none' });
    const text = manifest(environment(namespace), profile(namespace), lost, deployment(namespace));
    const { code, stdout, stderr } = await mooring(['render', '-o', 'json', '-'], text);
    assert.equal(code, 1);
    assert.match(stderr, /^standard input:\d+: WorkloadDeployment lost: /);
    const { items }: { items: WorkloadDeployment[] } = JSON.parse(stdout);
    assert.equal(items.length, 2);
  });
});

interface HubObject extends KubeObject {
  spec: object;
}

/** What the API server adds by itself is no difference. */
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
