import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { adoptRender, type AdoptOptions } from '../../../src/domain/render/hub-objects.ts';
import { defaultAllowedKinds } from '../../../src/domain/render/workload-render.ts';
import { renderedPlacement, renderedWork } from '../../support/hub-objects.ts';

const options: AdoptOptions = {
  identity: {
    environment: { namespace: 'team', name: 'primary', revision: 4 },
    deployment: { namespace: 'apps', name: 'shop' },
  },
  allowedKinds: defaultAllowedKinds,
  hubNamespaces: ['hub', 'shared'],
  workLimit: 2048,
  hash: sha256,
};

function adopted(rendered: JsonObject[], changes: Partial<AdoptOptions> = {}) {
  const result = adoptRender(rendered, { ...options, ...changes });
  assert.ok(result.ok, result.ok ? '' : result.message);
  return result;
}

const named = (object: JsonObject, metadata: JsonObject) => ({ ...object, metadata });
const big = renderedWork({ manifests: [{ kind: 'ConfigMap', data: 'x'.repeat(3000) }] });

const withConfigMaps = [...defaultAllowedKinds, { apiVersion: 'v1', kind: 'ConfigMap' }];
const renderedConfigMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { a: 'b' },
});

const upTo = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

const refused: {
  what: string;
  rendered: JsonObject[];
  allowedKinds?: AdoptOptions['allowedKinds'];
  reason?: string;
  why: string;
}[] = [
  { what: 'absent', rendered: [], why: 'a topology has to render something' },
  {
    what: 'an object without a kind',
    rendered: [{ apiVersion: 'v1', metadata: { name: 'a' } }],
    why: 'it cannot be applied',
  },
  {
    what: 'a kind that is not allowed',
    rendered: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }],
    why: 'the platform team lists the kinds',
  },
  {
    what: 'an allowed kind of another version',
    rendered: [{ ...renderedPlacement(), apiVersion: 'cluster.open-cluster-management.io/v1alpha1' }],
    why: 'another version may mean something else',
  },
  { what: 'an object without a name', rendered: [named(renderedPlacement(), {})], why: 'it cannot be applied' },
  { what: 'a name in upper case', rendered: [renderedPlacement('Web')], why: 'it is not a valid name' },
  { what: 'a name with a newline', rendered: [renderedPlacement('web\n')], why: 'it is not a valid name' },
  {
    what: 'a name that is a number',
    rendered: [named(renderedPlacement(), { name: 7 })],
    why: 'it is not a valid name',
  },
  { what: 'metadata that is a list', rendered: [{ ...renderedPlacement(), metadata: [] }], why: 'it has no name' },
  {
    what: 'another hub namespace',
    rendered: [named(renderedPlacement(), { name: 'a', namespace: 'kube-system' })],
    why: 'the properties do not name it',
  },
  {
    what: 'the same object twice',
    rendered: [renderedPlacement('a'), renderedPlacement('a')],
    why: 'one would replace the other',
  },
  {
    what: 'more objects of other kinds than the status can list',
    rendered: upTo(65).map((name) => renderedConfigMap(name)),
    allowedKinds: withConfigMaps,
    why: 'every status update would fail',
  },
  {
    what: 'more Placements than anybody needs',
    rendered: upTo(65).map((name) => renderedPlacement(name)),
    why: 'a short template could render thousands of objects',
  },
  {
    what: 'objects of other kinds that are too large together',
    rendered: upTo(3).map((name) => ({ ...renderedConfigMap(name), data: { a: 'x'.repeat(700 * 1024) } })),
    allowedKinds: withConfigMaps,
    why: 'a short template could fill etcd',
  },
  {
    what: 'a Placement that is too large',
    rendered: [renderedPlacement('a', { text: 'ä'.repeat(1024 * 1024) })],
    why: 'the size is that of the bytes',
  },
  {
    what: 'an object of another kind in another hub namespace',
    rendered: [named(renderedConfigMap('a'), { name: 'a', namespace: 'kube-system' })],
    allowedKinds: withConfigMaps,
    why: 'hub namespaces are the same for all kinds',
  },
  {
    what: 'more ManifestWorkReplicaSets than the status can list',
    rendered: upTo(65).map((name) => renderedWork({ name })),
    why: 'every status update would fail',
  },
  {
    what: 'more external Placements than the status can list',
    rendered: [renderedWork({ name: 'a', placements: upTo(40) }), renderedWork({ name: 'b', placements: upTo(65) })],
    why: 'every status update would fail',
  },
  {
    what: 'a ManifestWorkReplicaSet that is too large',
    rendered: [big],
    reason: 'ManifestsTooLarge',
    why: 'OCM rejects it',
  },
];

describe('the objects of a render', () => {
  for (const { what, rendered, allowedKinds = defaultAllowedKinds, reason = 'InvalidRender', why } of refused) {
    it(`cannot be ${what}: ${why}`, () => {
      const result = adoptRender(rendered, { ...options, allowedKinds });
      assert.equal(result.ok ? 'ok' : result.reason, reason);
    });
  }

  it('may have 2 MiB without ManifestWorkReplicaSets, and 64 objects of each of the other kinds', () => {
    const configMaps = upTo(64).map((name) => ({ ...renderedConfigMap(name), data: { a: 'x'.repeat(31 * 1024) } }));
    const placements = upTo(64).map((name) => renderedPlacement(name));
    assert.equal(adopted([...configMaps, ...placements], { allowedKinds: withConfigMaps }).objects.length, 128);
  });

  it('may be as many ManifestWorkReplicaSets and external Placements as the status can list', () => {
    const replicaSets = upTo(64).map((name) => renderedWork({ name, placements: upTo(64) }));
    assert.equal(adopted(replicaSets).placementRefs.length, 64);
  });

  it('cannot be in a namespace whose name is too long for label values', () => {
    const hubNamespaces = ['n'.repeat(51)];
    assert.equal(adoptRender([renderedPlacement()], { ...options, hubNamespaces }).ok, false);
    assert.equal(adoptRender([renderedPlacement()], { ...options, hubNamespaces: ['n'.repeat(50)] }).ok, true);
  });

  it('are in the first hub namespace unless they name another one', () => {
    const elsewhere = named(renderedPlacement('b'), { name: 'b', namespace: 'shared' });
    const { objects } = adopted([renderedPlacement('a'), elsewhere]);
    assert.deepEqual(
      objects.map(({ metadata }) => metadata.namespace),
      ['hub', 'shared'],
    );
  });

  it('get unique names, and refs to these names', () => {
    const { objects, placementRefs } = adopted([renderedPlacement('p'), renderedWork({ placements: ['p'] })]);
    const [placement, replicaSet] = objects;
    assert.match(placement?.metadata.name ?? '', /^shop-[a-z2-7]{16}$/);
    assert.deepEqual(JSON.parse(JSON.stringify(replicaSet)).spec.placementRefs, [
      { name: placement?.metadata.name, rolloutStrategy: { type: 'All' } },
    ]);
    assert.deepEqual(placementRefs, []);
  });

  it('refer to external Placements by their own names, which are listed once and sorted', () => {
    const replicaSets = [
      renderedWork({ name: 'a', placements: ['z', 'y'] }),
      renderedWork({ name: 'b', placements: ['y'] }),
    ];
    assert.deepEqual(adopted(replicaSets).placementRefs, [
      { namespace: 'hub', name: 'y' },
      { namespace: 'hub', name: 'z' },
    ]);
  });

  it('get another name when a placement ref is replaced, so that both sets exist side by side (H8)', () => {
    const nameWith = (placement: string) =>
      adopted([renderedWork({ placements: [placement] })]).objects[0]?.metadata.name;
    assert.notEqual(nameWith('y'), nameWith('z'));
    assert.equal(nameWith('y'), nameWith('y'));
  });

  it('get another name in another hub namespace, because their ManifestWorks would collide in a cluster', () => {
    const nameIn = (namespace: string) => {
      const replicaSet = named(renderedWork({ placements: ['y'] }), { name: 'works', namespace });
      return adopted([replicaSet]).objects[0]?.metadata.name;
    };
    assert.notEqual(nameIn('hub'), nameIn('shared'));
  });

  it('have their identity as hashes in labels and in full in annotations', () => {
    const [object] = adopted([renderedPlacement()]).objects;
    assert.equal(object?.metadata.annotations['spectrocloud.com/environment'], 'team/primary@v4');
    assert.equal(object.metadata.annotations['spectrocloud.com/deployment'], 'apps/shop');
    assert.match(object.metadata.labels['spectrocloud.com/deployment-hash'] ?? '', /^[a-z2-7]{10}$/);
    assert.equal(object.metadata.annotations['spectrocloud.com/probe'], undefined);
  });

  it('cannot claim another identity', () => {
    const annotations = { 'spectrocloud.com/deployment': 'apps/other', mine: 'yes', number: 1 };
    const [object] = adopted([named(renderedPlacement(), { name: 'a', annotations })]).objects;
    assert.equal(object?.metadata.annotations['spectrocloud.com/deployment'], 'apps/shop');
    assert.equal(object.metadata.annotations['mine'], 'yes');
    assert.equal(object.metadata.annotations['number'], undefined, 'it is not a string');
  });

  it('of a probe are marked, and have other names than those of a deployment', () => {
    const identity = { environment: options.identity.environment };
    const [probe] = adopted([renderedPlacement()], { identity }).objects;
    const [own] = adopted([renderedPlacement()]).objects;
    assert.equal(probe?.metadata.annotations['spectrocloud.com/probe'], 'true');
    assert.equal(probe.metadata.annotations['spectrocloud.com/deployment'], undefined);
    assert.notEqual(probe.metadata.name, own?.metadata.name);
  });

  it('keep their names when the Environment gets a new revision', () => {
    const environment = { ...options.identity.environment, revision: 5 };
    const later = adopted([renderedPlacement()], { identity: { ...options.identity, environment } }).objects[0];
    assert.equal(later?.metadata.name, adopted([renderedPlacement()]).objects[0]?.metadata.name);
  });

  it('may be of another kind that is allowed: with the same identity, and a name that no other object has', () => {
    const allowedKinds = withConfigMaps;
    const { objects } = adopted([renderedPlacement(), renderedWork(), renderedConfigMap('web')], { allowedKinds });
    assert.equal(new Set(objects.map(({ metadata }) => metadata.name)).size, 3);
    const [placement, , data] = objects;
    assert.deepEqual(data?.metadata.labels, placement?.metadata.labels);
    assert.deepEqual(data?.metadata.annotations, placement?.metadata.annotations);
    assert.deepEqual({ ...data, metadata: {} }, { ...renderedConfigMap('web'), metadata: {} });
  });

  it('may share a local name if they refer to different Placements', () => {
    const replicaSets = (...placements: string[]) => placements.map((name) => renderedWork({ placements: [name] }));
    const { objects } = adopted(replicaSets('gpu', 'edge'));
    assert.equal(new Set(objects.map(({ metadata }) => metadata.name)).size, 2);
    assert.deepEqual(adopted(replicaSets('gpu')).objects[0], objects[0], 'the second one does not change the first');
    assert.equal(adoptRender(replicaSets('gpu', 'gpu'), options).ok, false);
  });
});
