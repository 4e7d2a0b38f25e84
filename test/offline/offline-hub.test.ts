import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { OfflineHub, type OfflineResult } from '../../src/offline/offline-hub.ts';
import { customTopology } from '../support/custom-topology.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { offlineOptions } from '../support/offline-options.ts';

function hub(...state: KubeObject[]): OfflineHub {
  return new OfflineHub(state, offlineOptions);
}

function codes({ violations }: OfflineResult): string[] {
  return violations.map(({ code }) => code);
}

const guest = { spokeNamespace: { create: false } };

describe('an offline hub', () => {
  it('distinguishes created, changed and unchanged objects', async () => {
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

  it('replaces labels and annotations, and records the new content', async () => {
    const offline = hub(environment('team', { labels: { a: 'b' } }));
    const relabelled = await offline.apply(environment('team', { labels: { c: 'd' } }));
    assert.equal(relabelled.unchanged, false);
    assert.equal((await offline.apply(environment('team', { labels: { c: 'd' } }))).unchanged, true);
    // A changed label makes a second revision. Both can be pinned, and a third revision does not exist.
    const pin = (name: string, ref: string) => deployment('team', { name, environmentRef: ref, spokeNamespace: name });
    offline.take(profile('team'));
    assert.deepEqual(codes(await offline.apply(pin('one', 'primary@v1'))), []);
    assert.deepEqual(codes(await offline.apply(pin('two', 'primary@v2'))), []);
    assert.deepEqual(codes(await offline.apply(pin('three', 'primary@v3'))), ['RevisionNotFound']);
  });

  it('stores nothing after a refusal', async () => {
    const offline = hub(environment('team'), profile('team'), deployment('team'));
    const refused = await offline.apply(environment('team', { lifecycle: guest }));
    assert.equal(refused.allowed, false);
    assert.equal((await offline.apply(environment('team'))).unchanged, false); // the lifecycle defaults are added
    assert.equal((await offline.apply(environment('team'))).unchanged, true);
  });

  it('reports a deployment from a manifest as unchanged, although the manifest lacks the stamps of its refs', async () => {
    const offline = hub();
    const objects = [environment('team'), profile('team'), deployment('team')];
    for (const object of objects) offline.take(object);
    assert.equal((await offline.apply(deployment('team'))).unchanged, true);
    assert.equal((await offline.apply(deployment('team', { environmentRef: 'primary@v1' }))).unchanged, false);
  });

  it('counts an admitted edit as not applied yet if the clusters are known', async () => {
    const owned = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
    const status = { selectedClusters: ['one'], pendingClusters: [], effectiveLifecycle: owned };
    const offline = hub(environment('team'), profile('team'), { ...deployment('team'), status } as KubeObject);
    // For this topology, which does not support orphaning, both edits mean the same. The first is not applied before the second.
    const first = await offline.apply(environment('team', { placement: { numberOfClusters: 2 } }));
    assert.deepEqual(codes(first), []);
    const refused = await offline.apply(environment('team', { lifecycle: guest }));
    assert.deepEqual(codes(refused), ['NamespaceWouldBeDeleted']);
  });

  it('does not blame an edit for a change that was requested before and is blocked', async () => {
    const owned = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
    const status = { selectedClusters: ['one'], effectiveLifecycle: owned };
    const blocked = { ...deployment('team'), status } as KubeObject;
    const offline = hub(environment('team', { lifecycle: guest }), profile('team'), blocked);
    const edited = await offline.apply(environment('team', { lifecycle: guest, placement: { numberOfClusters: 2 } }));
    assert.deepEqual(codes(edited), []);
  });

  it('counts the content of the state as recorded, even if its stamps do not match', async () => {
    const made = environment('team', {
      annotations: { 'spectrocloud.com/revision': '4', 'spectrocloud.com/revision-hash': 'x' },
    });
    const offline = hub(made, profile('team'));
    const edited = await offline.apply(environment('team', { placement: { numberOfClusters: 2 } }));
    assert.deepEqual(codes(edited), []);
    assert.deepEqual(codes(await offline.apply(deployment('team', { environmentRef: 'primary@v4' }))), []);
    assert.deepEqual(codes(await offline.apply(deployment('team', { name: 'x', environmentRef: 'primary@v5' }))), []);
  });

  it('deletes an object together with its history', async () => {
    const offline = hub(environment('team'));
    assert.equal((await offline.delete('Environment', 'team', 'primary')).allowed, true);
    assert.equal(offline.has('Environment', 'team', 'primary'), false);
    assert.equal(offline.has('DefinitionRevision', 'team', 'environment.primary.v1'), false);
    const again = await offline.delete('Environment', 'team', 'primary');
    assert.deepEqual([again.allowed, codes(again)], [false, ['NotFound']]);
  });

  for (const name of ['primary', 'a'.repeat(60)]) {
    it(`refuses a DefinitionRevision of ${name} that is created by hand`, async () => {
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

  it('refuses the first version of a major that a deployment pins as a revision', async () => {
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
    const offline = (type: string, namespace: string) =>
      hub(customTopology('ours', 'output: {}'), environment(namespace, { topology: { type } }));
    const refused = await offline('ours@v1', 'mural-system').apply(published('1.0.0'));
    assert.deepEqual(codes(refused), ['VersionShadowsRevision']);
    assert.match(refused.violations[0]?.message ?? '', /pinned by Environment mural-system\/primary;/);
    const [warning] = (await offline('ours@v1', 'team').apply(published('1.0.0'))).violations;
    assert.equal(warning?.severity, 'warn');
    assert.match(
      warning.message,
      /pinned by Environment team\/primary in another namespace; what is applied there stays/,
    );
    assert.deepEqual(codes(await offline('ours', 'mural-system').apply(published('1.0.0'))), []);
  });

  it('finds the referrers of a topology', async () => {
    const topology = customTopology('ours', 'output: {}');
    const offline = hub(topology, environment('team', { topology: { type: 'ours' } }));
    assert.deepEqual(codes(await offline.delete('PolicyDefinition', 'mural-system', 'ours')), ['InUse']);
  });

  it('does not check rights, and lists which are needed', async () => {
    const made = deployment('team');
    const object = { ...made, spec: { ...made.spec, environmentRef: { name: 'primary', namespace: 'platform' } } };
    const { unchecked } = await hub(environment('platform'), profile('team')).apply(object);
    assert.deepEqual(
      unchecked.map(({ verb, resource, namespace, name }) => [verb, resource, namespace, name]),
      [['use', 'environments', 'platform', 'primary']],
    );
  });

  it('ignores an object of the same kind and name in another group', async () => {
    const foreign = { ...environment('team', { lifecycle: guest }), apiVersion: 'example.org/v1' };
    const offline = hub(environment('team'), foreign, profile('team'), deployment('team'));
    assert.deepEqual(codes(await offline.apply(environment('team', { lifecycle: guest }))), [
      'NamespaceWouldBeDeleted',
    ]);
  });

  it('keeps the status of a deployment if a changed ref resolves to the same revision', async () => {
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

  it('refuses metadata that the API server rejects', async () => {
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
