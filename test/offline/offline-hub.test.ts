import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import { OfflineHub, type OfflineResult } from '../../src/offline/offline-hub.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { simpleRender } from '../support/controller-scene.ts';
import { customTopology } from '../support/custom-topology.ts';
import { deployment, environment, profile } from '../support/manifests.ts';

/** A topology that leaves the Namespace out where `create: false` is asked for. */
function render(parameter: JsonObject, workloadYamls: readonly string[]): JsonObject[] {
  const text = JSON.stringify(parameter);
  const creates = !text.includes('"create":false');
  const manifests = creates ? workloadYamls : workloadYamls.filter((yaml) => !yaml.includes('"kind":"Namespace"'));
  return simpleRender(parameter, manifests);
}

function hub(...state: KubeObject[]): OfflineHub {
  return new OfflineHub(state, {
    topologies: {
      check: () => Promise.resolve({ ok: true, objects: [] }),
      render: (_template, parameter, { workloadYamls }) =>
        Promise.resolve({ ok: true, objects: render(parameter, workloadYamls) }),
    },
    builtins: { 'topology-ocm': 'ocm', 'topology-ocm-byop': 'byop' },
    hash: sha256,
    systemNamespace: 'mural-system',
    sharedHubNamespaces: ['managed-cluster-set-global'],
    severities: {},
  });
}

function codes({ violations }: OfflineResult): string[] {
  return violations.map(({ code }) => code);
}

const guest = { spokeNamespace: { create: false } };

describe('a hub out of files', () => {
  it('tells what is made from what is changed and what stays as it is', async () => {
    const offline = hub();
    const first = await offline.apply(environment('team'));
    const again = await offline.apply(environment('team'));
    const edited = await offline.apply(environment('team', { placement: { numberOfClusters: 2 } }));
    assert.deepEqual(
      [first, again, edited].map(({ operation, unchanged }) => [operation, unchanged]),
      [
        ['CREATE', false],
        ['UPDATE', true],
        ['UPDATE', false],
      ],
    );
  });

  it('replaces labels and annotations, and keeps what the object is known by', async () => {
    const offline = hub(environment('team', { labels: { a: 'b' } }));
    const relabelled = await offline.apply(environment('team', { labels: { c: 'd' } }));
    assert.equal(relabelled.unchanged, false);
    assert.equal((await offline.apply(environment('team', { labels: { c: 'd' } }))).unchanged, true);
    // A label alone makes a revision: both can be pinned, and a third cannot.
    const pin = (name: string, ref: string) => deployment('team', { name, environmentRef: ref, spokeNamespace: name });
    offline.take(profile('team'));
    assert.deepEqual(codes(await offline.apply(pin('one', 'primary@v1'))), []);
    assert.deepEqual(codes(await offline.apply(pin('two', 'primary@v2'))), []);
    assert.deepEqual(codes(await offline.apply(pin('three', 'primary@v3'))), ['RevisionNotFound']);
  });

  it('leaves everything as it was after a refusal', async () => {
    const offline = hub(environment('team'), profile('team'), deployment('team'));
    const refused = await offline.apply(environment('team', { lifecycle: guest }));
    assert.equal(refused.allowed, false);
    assert.equal((await offline.apply(environment('team'))).unchanged, false); // the defaults of the lifecycle come in
    assert.equal((await offline.apply(environment('team'))).unchanged, true);
  });

  it('leaves a deployment as it was that a manifest stands for: the stamps of its refs are none of the author', async () => {
    const offline = hub();
    const objects = [environment('team'), profile('team'), deployment('team')];
    for (const object of objects) offline.take(object);
    assert.equal((await offline.apply(deployment('team'))).unchanged, true);
    assert.equal((await offline.apply(deployment('team', { environmentRef: 'primary@v1' }))).unchanged, false);
  });

  it('counts an edit that it admitted as not applied yet, where the clusters are known', async () => {
    const owned = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
    const status = { selectedClusters: ['one'], pendingClusters: [], effectiveLifecycle: owned };
    const offline = hub(environment('team'), profile('team'), { ...deployment('team'), status } as KubeObject);
    // Two edits that say the same to this topology, which knows no orphaning: the second finds the first not applied.
    const first = await offline.apply(environment('team', { placement: { numberOfClusters: 2 } }));
    assert.deepEqual(codes(first), []);
    const refused = await offline.apply(environment('team', { lifecycle: guest }));
    assert.deepEqual(codes(refused), ['NamespaceWouldBeDeleted']);
  });

  it('refuses nothing for what was asked for before and is held', async () => {
    const owned = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
    const status = { selectedClusters: ['one'], effectiveLifecycle: owned };
    const held = { ...deployment('team'), status } as KubeObject;
    const offline = hub(environment('team', { lifecycle: guest }), profile('team'), held);
    const edited = await offline.apply(environment('team', { lifecycle: guest, placement: { numberOfClusters: 2 } }));
    assert.deepEqual(codes(edited), []);
  });

  it('counts the content of a state as recorded, whatever its stamps say', async () => {
    const made = environment('team', {
      annotations: { 'spectrocloud.com/revision': '4', 'spectrocloud.com/revision-hash': 'x' },
    });
    const offline = hub(made, profile('team'));
    const edited = await offline.apply(environment('team', { placement: { numberOfClusters: 2 } }));
    assert.deepEqual(codes(edited), []);
    assert.deepEqual(codes(await offline.apply(deployment('team', { environmentRef: 'primary@v4' }))), []);
    assert.deepEqual(codes(await offline.apply(deployment('team', { name: 'x', environmentRef: 'primary@v5' }))), []);
  });

  it('forgets an object with its history', async () => {
    const offline = hub(environment('team'));
    assert.equal((await offline.delete('Environment', 'team', 'primary')).allowed, true);
    assert.equal(offline.has('Environment', 'team', 'primary'), false);
    assert.equal(offline.has('DefinitionRevision', 'team', 'environment.primary.v1'), false);
    const again = await offline.delete('Environment', 'team', 'primary');
    assert.deepEqual([again.allowed, codes(again)], [false, ['NotFound']]);
  });

  for (const name of ['primary', 'a'.repeat(60)]) {
    it(`lets nobody make a revision of ${name} by hand`, async () => {
      const made = {
        apiVersion: 'spectrocloud.com/v1beta1',
        kind: 'DefinitionRevision',
        metadata: { namespace: 'team', name: `environment.${name}.v1` },
        spec: { kind: 'Environment', name, revision: 1, hash: 'x', object: { spec: {} } },
      };
      assert.deepEqual(codes(await hub().apply(made)), ['RevisionIsImmutable']);
    });
  }

  it('refuses a name that is too long to be a label value', async () => {
    const refused = await hub().apply(environment('team', { name: 'a'.repeat(64) }));
    assert.deepEqual(
      refused.violations.map(({ code, path }) => [code, path]),
      [['InvalidSpec', 'metadata.name']],
    );
  });

  it('refuses the first version of a major that somebody pins as a revision', async () => {
    const versioned = (version: string) => {
      const made = environment('team', { placement: { numberOfClusters: 2 } });
      return { ...made, spec: { ...made.spec, version } };
    };
    const offline = hub(environment('team'), profile('team'), deployment('team', { environmentRef: 'primary@v1' }));
    assert.deepEqual(codes(await offline.apply(versioned('1.0.0'))), ['VersionShadowsRevision']);
    assert.deepEqual(codes(await offline.apply(versioned('2.0.0'))), []);
    assert.deepEqual(codes(await offline.apply(versioned('2.0.0'))), []);
  });

  it('refuses the first version of a major of a topology that an Environment pins as a revision', async () => {
    const published = (version: string) => {
      const made = customTopology('ours', 'output: {a: 1}');
      return { ...made, spec: { ...made.spec, version } };
    };
    const offline = (type: string) =>
      hub(customTopology('ours', 'output: {}'), environment('team', { topology: { type } }));
    const refused = await offline('ours@v1').apply(published('1.0.0'));
    assert.deepEqual(codes(refused), ['VersionShadowsRevision']);
    assert.match(refused.violations[0]?.message ?? '', /pinned by Environment team\/primary;/);
    assert.deepEqual(codes(await offline('ours').apply(published('1.0.0'))), []);
  });

  it('finds who uses a topology', async () => {
    const topology = customTopology('ours', 'output: {}');
    const offline = hub(topology, environment('team', { topology: { type: 'ours' } }));
    assert.deepEqual(codes(await offline.delete('PolicyDefinition', 'mural-system', 'ours')), ['InUse']);
  });

  it('asks for no rights, and tells which would be needed', async () => {
    const made = deployment('team');
    const object = { ...made, spec: { ...made.spec, environmentRef: { name: 'primary', namespace: 'platform' } } };
    const { unchecked } = await hub(environment('platform'), profile('team')).apply(object);
    assert.deepEqual(
      unchecked.map(({ verb, resource, namespace, name }) => [verb, resource, namespace, name]),
      [['use', 'environments', 'platform', 'primary']],
    );
  });

  it('takes no namesake of another group for one of ours', async () => {
    const foreign = { ...environment('team', { lifecycle: guest }), apiVersion: 'example.org/v1' };
    const offline = hub(environment('team'), foreign, profile('team'), deployment('team'));
    assert.deepEqual(codes(await offline.apply(environment('team', { lifecycle: guest }))), [
      'NamespaceWouldBeDeleted',
    ]);
  });

  it('leaves the status of a deployment alone whose ref says the same in other words', async () => {
    const kept = { spokeNamespace: { create: true, orphan: true }, workload: { orphan: false } };
    const status = { selectedClusters: ['one'], pendingClusters: ['one'], effectiveLifecycle: kept };
    const orphan = { spokeNamespace: { orphan: true } };
    const offline = hub(
      environment('team', { lifecycle: orphan }),
      environment('team', { name: 'off', lifecycle: guest }),
      profile('team'),
      {
        ...deployment('team'),
        status,
      } as KubeObject,
    );
    assert.deepEqual(codes(await offline.apply(deployment('team', { environmentRef: 'primary@v1' }))), []);
    const refused = await offline.apply(deployment('team', { environmentRef: 'off' }));
    assert.ok(codes(refused).includes('NamespaceWouldBeDeleted'), 'the orphaning is pending still');
  });

  it('refuses metadata that no API server takes', async () => {
    const paths = async (metadata: object) => {
      const made = environment('team');
      const { violations } = await hub().apply({ ...made, metadata: { ...made.metadata, ...metadata } });
      return violations.map(({ code, path }) => `${code} ${path}`);
    };
    assert.deepEqual(await paths({ name: 'Foo_Bar' }), ['InvalidSpec metadata.name']);
    assert.deepEqual(await paths({ namespace: 'Bad_NS' }), ['InvalidSpec metadata.namespace']);
    assert.deepEqual(await paths({ annotations: { x: 1 } }), ['InvalidSpec metadata.annotations[x]']);
    assert.deepEqual(await paths({ labels: { v: true } }), ['InvalidSpec metadata.labels[v]']);
    assert.deepEqual(await paths({ annotations: 'x' }), ['InvalidSpec metadata.annotations']);
    assert.deepEqual(codes(await hub().apply({ ...environment('team'), specs: {} } as KubeObject)), ['InvalidSpec']);
  });
});
