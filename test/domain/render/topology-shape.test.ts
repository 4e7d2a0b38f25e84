import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/api/object.ts';
import type { PlacementChange } from '../../../src/domain/spoke/change.ts';
import {
  requestedClusters,
  placeholderContext,
  dropsReplicaSets,
  lifecycleIn,
  placementChange,
  shapeOf,
  type TopologyShape,
} from '../../../src/domain/render/topology-shape.ts';
import { renderedPlacement, renderedWork } from '../../support/hub-objects.ts';
import { lifecycles } from '../../support/deployment-changes.ts';
import type { WorkloadNames } from '../../../src/domain/spoke/workload-names.ts';

const context = placeholderContext('primary');
const manifests: JsonObject[] = context.workloadYamls.map((text) => JSON.parse(text));
const namespaceName = (manifests[0] as unknown as { metadata: { name: string } }).metadata.name;
const names: WorkloadNames = { deployment: { namespace: 'team', name: 'web' }, namespace: 'shop', workload: 'web' };
const keeping = {
  propagationPolicy: 'SelectivelyOrphan',
  selectivelyOrphans: { orphaningRules: [{ resource: 'namespaces', name: namespaceName }] },
};

/** What a topology of one Placement and one work renders. */
function shape(options: { placement?: JsonObject; work?: JsonObject } = {}): TopologyShape {
  const { placement = renderedPlacement(), work = renderedWork({ manifests }) } = options;
  return shapeOf([placement, work]);
}

describe('what a topology renders for any Workload', () => {
  it('is rendered with the Namespace and the Workload, by names that could be', () => {
    assert.deepEqual(
      manifests.map(({ kind }) => kind),
      ['Namespace', 'Workload'],
    );
    assert.equal(context.environment, 'primary');
    for (const name of [context.name, context.namespace, context.appName, namespaceName]) {
      assert.match(name, /^[a-z]([a-z-]*[a-z])?$/);
    }
  });

  it('is sorted by kind, and whatever else there is left out', () => {
    const { replicaSets, placements } = shapeOf([{ kind: 'ConfigMap' }, renderedWork(), renderedPlacement('a'), {}]);
    assert.deepEqual([replicaSets.length, placements.length], [1, 1]);
  });
});

describe('the lifecycle of one deployment in a shape', () => {
  it('is that of its own namespace', () => {
    assert.deepEqual(lifecycleIn(shape(), names), lifecycles.owner);
    assert.deepEqual(
      lifecycleIn(shape({ work: renderedWork({ manifests, deleteOption: keeping }) }), names),
      lifecycles.keeper,
    );
    assert.deepEqual(
      lifecycleIn(shape({ work: renderedWork({ manifests: manifests.slice(1) }) }), names),
      lifecycles.guest,
    );
  });

  it('is not that of a namespace which the template names itself', () => {
    const own = renderedWork({ manifests: [{ kind: 'Namespace', metadata: { name: 'monitoring' } }] });
    assert.deepEqual(lifecycleIn(shape({ work: own }), names), lifecycles.guest);
    assert.deepEqual(lifecycleIn(shape({ work: own }), { ...names, namespace: 'monitoring' }), lifecycles.owner);
  });

  it('is that of nothing where there are no works, or odd ones', () => {
    assert.deepEqual(lifecycleIn(shapeOf([]), names), lifecycles.guest);
    assert.deepEqual(lifecycleIn(shapeOf([{ kind: 'ManifestWorkReplicaSet', spec: 'x' }]), names), lifecycles.guest);
  });

  it('is found by whatever text stands for a name, as in a file', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.deepEqual(lifecycleIn(shape(), { ...names, namespace: name, workload: name }), lifecycles.owner);
      }),
      { examples: [['a"b'], ['a\\'], ['$&'], ['\n']] },
    );
  });
});

const many = (count: unknown, more: JsonObject = {}) =>
  renderedPlacement('web', { ...(count === undefined ? {} : { numberOfClusters: count }), ...more } as JsonObject);
const gpu = { predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { gpu: 'yes' } } } }] };

const changes: { what: string; from: JsonObject; to: JsonObject; change: PlacementChange; why: string }[] = [
  { what: 'nothing', from: many(2), to: many(2), change: { kind: 'same' }, why: 'the same' },
  { what: '2 to 3', from: many(2), to: many(3), change: { kind: 'grows' }, why: 'room for one more' },
  { what: '3 to 2', from: many(3), to: many(2), change: { kind: 'shrinks', to: 2 }, why: 'one has to go' },
  {
    what: '2 to all',
    from: many(2),
    to: many(undefined),
    change: { kind: 'grows' },
    why: 'without a number, OCM selects all',
  },
  {
    what: 'all to 2',
    from: many(undefined),
    to: many(2),
    change: { kind: 'shrinks', to: 2 },
    why: 'there may be more than two',
  },
  { what: 'a predicate', from: many(2), to: many(2, gpu), change: { kind: 'changes' }, why: 'others may match' },
  {
    what: 'a predicate and room for more',
    from: many(2),
    to: many(3, gpu),
    change: { kind: 'changes' },
    why: 'others may match',
  },
  {
    what: 'another name',
    from: many(2),
    to: renderedPlacement('other', { numberOfClusters: 2 }),
    change: { kind: 'changes' },
    why: 'another Placement selects anew',
  },
];

describe('the Placements of a shape', () => {
  for (const { what, from, to, change, why } of changes) {
    it(`${change.kind === 'same' ? 'are the same' : `make "${change.kind}"`} of ${what}: ${why}`, () => {
      assert.deepEqual(placementChange(shape({ placement: from }), shape({ placement: to })), change);
    });
  }

  it('are the same whatever the works hold', () => {
    const after = shape({ work: renderedWork({ manifests: [], deleteOption: keeping }) });
    assert.deepEqual(placementChange(shape(), after), { kind: 'same' });
  });

  it('change when the namespace on the hub does', () => {
    const inHub = (namespace: string) => ({ ...renderedPlacement(), metadata: { name: 'web', namespace } });
    const moved = placementChange(shape({ placement: inHub('a') }), shape({ placement: inHub('b') }));
    assert.deepEqual(moved, { kind: 'changes' });
  });

  it('change when others are referred to than the render makes', () => {
    const byop = (...placements: string[]) => shapeOf([renderedWork({ placements })]);
    assert.deepEqual(placementChange(byop('gpu'), byop('gpu')), { kind: 'same' });
    assert.deepEqual(placementChange(byop('gpu'), byop('cpu')), { kind: 'changes' });
    assert.deepEqual(placementChange(byop('gpu', 'cpu'), byop('gpu')), { kind: 'changes' });
    assert.deepEqual(placementChange(shape(), byop('gpu')), { kind: 'changes' });
  });

  it('grow when another one is referred to besides', () => {
    const byop = (...placements: string[]) => shapeOf([renderedWork({ placements })]);
    assert.deepEqual(placementChange(byop('gpu'), byop('gpu', 'cpu')), { kind: 'grows' });
  });

  it('change when one comes or goes, or one of several is another', () => {
    const two = (count: number) => shapeOf([many(1), renderedPlacement('more', { numberOfClusters: count })]);
    const none = shapeOf([]);
    const one = shapeOf([many(1)]);
    assert.deepEqual(placementChange(one, two(1)), { kind: 'changes' });
    assert.deepEqual(placementChange(two(1), one), { kind: 'changes' });
    assert.deepEqual(placementChange(none, one), { kind: 'changes' });
    assert.deepEqual(placementChange(one, none), { kind: 'changes' });
    assert.deepEqual(placementChange(two(1), two(2)), { kind: 'changes' });
    assert.deepEqual(placementChange(two(1), two(1)), { kind: 'same' });
  });
});

describe('the clusters that a shape asks for', () => {
  const number = (numberOfClusters?: number, name = 'web') =>
    renderedPlacement(name, numberOfClusters === undefined ? {} : { numberOfClusters });
  const rows: { why: string; objects: JsonObject[]; asked: number | undefined }[] = [
    { why: 'of one Placement', objects: [renderedWork(), number(2)], asked: 2 },
    { why: 'of several together', objects: [number(2), number(3, 'more')], asked: 5 },
    { why: 'all that match', objects: [number()], asked: undefined },
    { why: 'all that match one of several', objects: [number(2), number(undefined, 'more')], asked: undefined },
    {
      why: 'those of a Placement of somebody else',
      objects: [renderedWork({ placements: ['gpu'] })],
      asked: undefined,
    },
  ];
  for (const { why, objects, asked } of rows) {
    it(`are ${asked ?? 'not known by number'}: ${why}`, () => assert.equal(requestedClusters(shapeOf(objects)), asked));
  }
});

describe('the works of a shape', () => {
  it('are the same ones whatever is in them', () => {
    assert.equal(dropsReplicaSets(shape(), shape({ work: renderedWork({ deleteOption: keeping }) })), false);
    const odd = { ...renderedWork(), spec: { placementRefs: 'x' } };
    assert.equal(dropsReplicaSets(shape({ work: odd }), shape({ work: odd })), false);
    const nameless = { ...renderedWork(), spec: { placementRefs: [{ name: 'web' }, { name: 7 }, 'x'] } };
    assert.equal(dropsReplicaSets(shape(), shape({ work: nameless })), false);
  });

  it('are the same ones in another order, of works and of refs', () => {
    const [a, b] = [renderedWork({ name: 'a' }), renderedWork({ name: 'b' })];
    assert.equal(dropsReplicaSets(shapeOf([a, b]), shapeOf([b, a])), false);
    const refs = (...placements: string[]) => shape({ work: renderedWork({ placements }) });
    assert.equal(dropsReplicaSets(refs('x', 'y'), refs('y', 'x')), false);
  });

  it('are the same ones where another comes besides, and others where one goes', () => {
    const [one, other] = [renderedWork({ placements: ['x'] }), renderedWork({ placements: ['y'] })];
    assert.equal(dropsReplicaSets(shapeOf([one]), shapeOf([one, other])), false);
    assert.equal(dropsReplicaSets(shapeOf([one, other]), shapeOf([one])), true);
  });

  it('are others with another name, namespace or ref to a Placement', () => {
    assert.equal(dropsReplicaSets(shape(), shape({ work: renderedWork({ name: 'other' }) })), true);
    assert.equal(dropsReplicaSets(shape(), shape({ work: renderedWork({ placements: ['other'] }) })), true);
    const work = renderedWork();
    const inHub = (namespace: string) => shape({ work: { ...work, metadata: { name: 'web', namespace } } });
    assert.equal(dropsReplicaSets(inHub('a'), inHub('b')), true);
  });
});
