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

const upTo = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

const refused: { what: string; rendered: JsonObject[]; reason?: string; why: string }[] = [
  { what: 'nothing', rendered: [], why: 'a topology is for something' },
  {
    what: 'an object without a kind',
    rendered: [{ apiVersion: 'v1', metadata: { name: 'a' } }],
    why: 'it cannot be applied',
  },
  {
    what: 'a kind that is not allowed',
    rendered: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }],
    why: 'topologies may not make everything',
  },
  {
    what: 'an allowed kind of another version',
    rendered: [{ ...renderedPlacement(), apiVersion: 'cluster.open-cluster-management.io/v1alpha1' }],
    why: 'it is another kind',
  },
  { what: 'no name', rendered: [named(renderedPlacement(), {})], why: 'every object has one' },
  { what: 'a name in upper case', rendered: [renderedPlacement('Web')], why: 'no name of Kubernetes' },
  { what: 'a name with a newline', rendered: [renderedPlacement('web\n')], why: 'no name of Kubernetes' },
  {
    what: 'a name that is a number',
    rendered: [named(renderedPlacement(), { name: 7 })],
    why: 'no name of Kubernetes',
  },
  { what: 'metadata that is a list', rendered: [{ ...renderedPlacement(), metadata: [] }], why: 'no name' },
  {
    what: 'another hub namespace',
    rendered: [named(renderedPlacement(), { name: 'a', namespace: 'kube-system' })],
    why: 'not asked for by the properties',
  },
  {
    what: 'the same object twice',
    rendered: [renderedPlacement('a'), renderedPlacement('a')],
    why: 'one would hide the other',
  },
  {
    what: 'more works than a status can name',
    rendered: upTo(65).map((name) => renderedWork({ name })),
    why: 'the status would be refused for ever',
  },
  {
    what: 'more Placements of others than a status can name',
    rendered: [renderedWork({ name: 'a', placements: upTo(40) }), renderedWork({ name: 'b', placements: upTo(65) })],
    why: 'the status would be refused for ever',
  },
  { what: 'a work that is too large', rendered: [big], reason: 'ManifestsTooLarge', why: 'OCM refuses it' },
];

describe('the objects of a render', () => {
  for (const { what, rendered, reason = 'InvalidRender', why } of refused) {
    it(`cannot be ${what}: ${why}`, () => {
      const result = adoptRender(rendered, options);
      assert.equal(result.ok ? 'ok' : result.reason, reason);
    });
  }

  it('are as many works and Placements of others as a status can name', () => {
    const works = upTo(64).map((name) => renderedWork({ name, placements: upTo(64) }));
    assert.equal(adopted(works).placementRefs.length, 64);
  });

  it('have no namespace that leaves no room for names', () => {
    const hubNamespaces = ['n'.repeat(51)];
    assert.equal(adoptRender([renderedPlacement()], { ...options, hubNamespaces }).ok, false);
    assert.equal(adoptRender([renderedPlacement()], { ...options, hubNamespaces: ['n'.repeat(50)] }).ok, true);
  });

  it('are in the first hub namespace unless they say another one', () => {
    const elsewhere = named(renderedPlacement('b'), { name: 'b', namespace: 'shared' });
    const { objects } = adopted([renderedPlacement('a'), elsewhere]);
    assert.deepEqual(
      objects.map(({ metadata }) => metadata.namespace),
      ['hub', 'shared'],
    );
  });

  it('get names that are ours alone, and refs that follow them', () => {
    const { objects, placementRefs } = adopted([renderedPlacement('p'), renderedWork({ placements: ['p'] })]);
    const [placement, work] = objects;
    assert.match(placement?.metadata.name ?? '', /^shop-[a-z2-7]{10}$/);
    assert.deepEqual(JSON.parse(JSON.stringify(work)).spec.placementRefs, [
      { name: placement?.metadata.name, rolloutStrategy: { type: 'All' } },
    ]);
    assert.deepEqual(placementRefs, []);
  });

  it('refer to the Placements of others by the names that these have, sorted and once each', () => {
    const works = [renderedWork({ name: 'a', placements: ['z', 'y'] }), renderedWork({ name: 'b', placements: ['y'] })];
    assert.deepEqual(adopted(works).placementRefs, [
      { namespace: 'hub', name: 'y' },
      { namespace: 'hub', name: 'z' },
    ]);
  });

  it('make a second work when a placement ref is swapped, so that both own what they hold (H8)', () => {
    const nameWith = (placement: string) =>
      adopted([renderedWork({ placements: [placement] })]).objects[0]?.metadata.name;
    assert.notEqual(nameWith('y'), nameWith('z'));
    assert.equal(nameWith('y'), nameWith('y'));
  });

  it('make a work of another name in another hub namespace: in a cluster, the two would meet under one', () => {
    const nameIn = (namespace: string) => {
      const work = named(renderedWork({ placements: ['y'] }), { name: 'works', namespace });
      return adopted([work]).objects[0]?.metadata.name;
    };
    assert.notEqual(nameIn('hub'), nameIn('shared'));
  });

  it('bear the full identity: a hash for finding, texts for being sure', () => {
    const [object] = adopted([renderedPlacement()]).objects;
    assert.equal(object?.metadata.annotations['spectrocloud.com/environment'], 'team/primary@v4');
    assert.equal(object.metadata.annotations['spectrocloud.com/deployment'], 'apps/shop');
    assert.match(object.metadata.labels['spectrocloud.com/deployment-hash'] ?? '', /^[a-z2-7]{10}$/);
    assert.equal(object.metadata.annotations['spectrocloud.com/probe'], undefined);
  });

  it('cannot take an identity that is not theirs', () => {
    const annotations = { 'spectrocloud.com/deployment': 'apps/other', mine: 'yes', number: 1 };
    const [object] = adopted([named(renderedPlacement(), { name: 'a', annotations })]).objects;
    assert.equal(object?.metadata.annotations['spectrocloud.com/deployment'], 'apps/shop');
    assert.equal(object.metadata.annotations['mine'], 'yes');
    assert.equal(object.metadata.annotations['number'], undefined, 'no text');
  });

  it('of a probe have its annotation, and other names than those of a deployment', () => {
    const identity = { environment: options.identity.environment };
    const [probe] = adopted([renderedPlacement()], { identity }).objects;
    const [own] = adopted([renderedPlacement()]).objects;
    assert.equal(probe?.metadata.annotations['spectrocloud.com/probe'], 'true');
    assert.equal(probe.metadata.annotations['spectrocloud.com/deployment'], undefined);
    assert.notEqual(probe.metadata.name, own?.metadata.name);
  });

  it('keep their names from one revision of the Environment to the next', () => {
    const environment = { ...options.identity.environment, revision: 5 };
    const later = adopted([renderedPlacement()], { identity: { ...options.identity, environment } }).objects[0];
    assert.equal(later?.metadata.name, adopted([renderedPlacement()]).objects[0]?.metadata.name);
  });

  it('tells works of one name apart by the Placements that they name', () => {
    const works = (...placements: string[]) => placements.map((name) => renderedWork({ placements: [name] }));
    const { objects } = adopted(works('gpu', 'edge'));
    assert.equal(new Set(objects.map(({ metadata }) => metadata.name)).size, 2);
    assert.deepEqual(adopted(works('gpu')).objects[0], objects[0], 'another one besides changes nothing of the first');
    assert.equal(adoptRender(works('gpu', 'gpu'), options).ok, false);
  });
});
