import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import { mooring } from '../../support/command-line.ts';
import { customTopology, fewLines } from '../../support/custom-topology.ts';
import { deployment, environment, manifest, profile } from '../../support/manifests.ts';
import {
  kubevelaDefinition,
  kubevelaProperties,
  publishedTopologies,
  publishedTopology,
  type PublishedTopology,
} from '../../support/published-topologies.ts';
import { buildTimeoutMs, cueModule } from '../../topology/cue-module.ts';

const names = Object.keys(publishedTopologies) as PublishedTopology[];

/** A topology, and an Environment, a profile and a deployment that use it. */
function objectsWith(topology: KubeObject, properties: JsonObject): string {
  const team = environment('team', { topology: { type: topology.metadata.name, properties } });
  const labelled = deployment('team', { spokeNamespace: 'shop' });
  const { metadata } = labelled;
  return manifest(topology, team, profile('team'), { ...labelled, metadata: { ...metadata, labels: { team: 'a' } } });
}

describe('a topology in its published form', function () {
  this.timeout(60_000);

  before(async function () {
    this.timeout(buildTimeoutMs);
    await cueModule();
  });

  const render = async (sample: PublishedTopology): Promise<KubeObject[]> => {
    const topology = await publishedTopology(sample, `published-${sample}`);
    const { code, out, error } = await mooring(['render', '-o', 'json', '-'], {
      input: objectsWith(topology, publishedTopologies[sample]),
    });
    assert.deepEqual([code, error], [0, '']);
    const list: { items?: KubeObject[] } | KubeObject[] = JSON.parse(out);
    return Array.isArray(list) ? list : (list.items ?? []);
  };

  it('is in the list of samples', async () => {
    const files = await readdir(new URL('../../samples/published/', import.meta.url));
    assert.deepEqual(
      files.filter((name) => name.endsWith('.cue')).toSorted(),
      names.map((name) => `${name}.cue`).toSorted(),
    );
  });

  for (const sample of names) {
    it(`is admitted: ${sample}`, async () => {
      const topology = await publishedTopology(sample, `published-${sample}`);
      const { code, out } = await mooring(['check', '-o', 'json', '-'], {
        input: objectsWith(topology, publishedTopologies[sample]),
      });
      const { results }: { results: { violations: { message: string }[] }[] } = JSON.parse(out);
      // Without properties, this topology has no Placement to which its work could refer.
      const message =
        'cannot be rendered unless properties avoid this: line 28: outputs.works.spec.placementRefs.0.name: index out of range [0] with length 0';
      const ofTopology = sample === 'k8s-objects' ? [message] : [];
      const messages = results.map(({ violations }) => violations.map((violation) => violation.message));
      assert.deepEqual([code, messages], [0, [ofTopology, [], [], []]]);
    });
  }

  it('is admitted and rendered with the Environments of the documentation', async () => {
    const documented = await readFile(new URL('../../samples/published/environments.yaml', import.meta.url), 'utf8');
    const checked = await mooring(['check', '-'], { input: documented });
    assert.deepEqual(
      [checked.code, checked.out.trim().split('\n'), checked.error],
      [0, ['environment.spectrocloud.com/primary-east created', 'environment.spectrocloud.com/byop created'], ''],
    );
    const deployments = [
      ['platform-eng-ns', 'primary-east'],
      ['devops-ns', 'byop'],
    ].flatMap(([namespace = '', name = '']) => [profile(namespace), deployment(namespace, { environmentRef: name })]);
    const { code, out, error } = await mooring(['render', '-o', 'json', '-'], {
      input: `${documented}\n---\n${manifest(...deployments)}`,
    });
    assert.deepEqual([code, error], [0, '']);
    const kinds = [...out.matchAll(/"kind": ?"(Placement|ManifestWorkReplicaSet)"/g)].map(([, kind]) => kind);
    assert.deepEqual(kinds, ['Placement', 'ManifestWorkReplicaSet', 'ManifestWorkReplicaSet']);
  });

  it('refers to existing Placements without a name of its own: byop', async () => {
    const [works, ...others] = await render('byop');
    assert.deepEqual(others, []);
    assert.match(works?.metadata.name ?? '', /^web-[a-z2-7]{16}$/);
    assert.equal(works?.metadata.labels?.['wl.spectrocloud.com/name'], 'web');
    const { spec } = works as KubeObject & { spec: JsonObject };
    assert.deepEqual(spec['placementRefs'], [{ name: 'where' }]);
    const { manifestConfigs, workload } = spec['manifestWorkTemplate'] as unknown as {
      manifestConfigs: { resourceIdentifier: JsonObject }[];
      workload: { manifests: KubeObject[] };
    };
    assert.deepEqual(manifestConfigs[0]?.resourceIdentifier, {
      group: 'spectrocloud.com',
      resource: 'workloads',
      name: 'web',
      namespace: 'shop',
    });
    assert.deepEqual(
      workload.manifests.map(({ kind, metadata }) => [kind, metadata.namespace ?? metadata.name]),
      [
        ['Namespace', 'shop'],
        ['Workload', 'shop'],
      ],
    );
  });

  for (const sample of ['topology', 'k8s-objects', 'app-revision'] as const) {
    it(`renders a Placement that its works refer to: ${sample}`, async () => {
      const [placement, works] = await render(sample);
      assert.deepEqual([placement?.kind, works?.kind], ['Placement', 'ManifestWorkReplicaSet']);
      const { placementRefs } = (works as KubeObject & { spec: JsonObject }).spec;
      assert.deepEqual(placementRefs, [{ name: placement?.metadata.name }]);
      assert.notEqual(placement?.metadata.name, works?.metadata.name);
    });
  }

  it('reads the application from the context: app-revision', async () => {
    const [placement] = await render('app-revision');
    const { labels = {}, annotations = {} } = placement?.metadata ?? {};
    assert.deepEqual(
      [labels['app.oam.dev/name'], labels['app.oam.dev/revision'], labels['app.oam.dev/team']],
      ['web', 'web-v1', 'a'],
    );
    assert.deepEqual(
      [annotations['app.oam.dev/components'], annotations['app.oam.dev/owner'], annotations['app.oam.dev/version']],
      ['ui', 'team/web', undefined],
    );
  });

  it('says in which line lists must be joined in another way, and why a field of the context does not exist', async () => {
    const says = async (template: string) => {
      const input = objectsWith(customTopology('older', template), {});
      return (await mooring(['render', '-'], { input })).error;
    };
    assert.match(
      await says(fewLines.replace('clusterSets: ["global"]', 'clusterSets: ["global"] + ["eu"]')),
      /older: line 11: .*; write list\.Concat\(\[\["global"\], \["eu"\]\]\), and add the line: import "list"/,
    );
    assert.match(
      await says(fewLines.replace('parameter.clusters,', 'context.clusterVersion.minor,')),
      /older: line 11: .*; context has no clusterVersion: the objects are rendered once for all clusters/,
    );
  });
});

describe('a definition of KubeVela, byte by byte', function () {
  this.timeout(60_000);

  before(async function () {
    this.timeout(buildTimeoutMs);
    await cueModule();
  });

  const run = async (command: string, file: string, properties: JsonObject) =>
    mooring([command, '-o', 'json', '-'], { input: objectsWith(await kubevelaDefinition(file, file), properties) });
  const rendered: Record<keyof typeof kubevelaProperties, string[]> = {
    'k8s-objects': ['Placement', 'ManifestWorkReplicaSet'],
    'ref-objects': ['Placement', 'ManifestWorkReplicaSet'],
    raw: ['ManifestWorkReplicaSet'],
  };
  for (const [file, kinds] of Object.entries(rendered)) {
    it(`renders the objects in its properties: ${file}`, async () => {
      const properties = kubevelaProperties[file as keyof typeof rendered]('shop', 'where');
      const { code, out, error } = await run('render', file, properties);
      assert.deepEqual([code, error], [0, '']);
      const { items }: { items: KubeObject[] } = JSON.parse(out);
      assert.deepEqual(
        items.map(({ kind }) => kind),
        kinds,
      );
      const works = items.at(-1) as KubeObject & {
        spec: { placementRefs: { name: string }[]; manifestWorkTemplate: unknown };
      };
      assert.deepEqual(works.spec.placementRefs, [{ name: kinds.length === 1 ? 'where' : items[0]?.metadata.name }]);
      assert.match(JSON.stringify(works.spec.manifestWorkTemplate), /"kind":"ConfigMap".*"mode":"on"/);
    });
  }

  const refused: [file: string, properties: JsonObject, says: RegExp][] = [
    ['topology', { clusters: ['spoke1'] }, /has neither output nor outputs/],
    ['hpa', {}, /line 13: .*context has no clusterVersion: the objects are rendered once for all clusters/],
    [
      'kustomize',
      { repoUrl: 'https://example.com/apps.git', path: './web' },
      /GitRepository \(source\.toolkit\.fluxcd\.io\/v1beta1\) is not a kind that a topology may render/,
    ],
  ];
  for (const [file, properties, says] of refused) {
    it(`says why it cannot be rendered: ${file}`, async () => {
      const { code, error } = await run('render', file, properties);
      assert.equal(code, 1);
      assert.match(error, says);
      const { out } = await run('check', file, properties);
      assert.match(out, says);
    });
  }
});
