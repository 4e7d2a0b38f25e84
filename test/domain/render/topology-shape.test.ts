import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/api/object.ts';
import type { PlacementChange } from '../../../src/domain/spoke/change.ts';
import {
  requestedClusters,
  selectionsOf,
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
const manifests: JsonObject[] = context.workloadYamls.map((manifest) => JSON.parse(manifest));
const namespaceName = (manifests[0] as unknown as { metadata: { name: string } }).metadata.name;
const names: WorkloadNames = { deployment: { namespace: 'team', name: 'web' }, namespace: 'shop', workload: 'web' };
const orphaning = {
  propagationPolicy: 'SelectivelyOrphan',
  selectivelyOrphans: { orphaningRules: [{ resource: 'namespaces', name: namespaceName }] },
};

/** The shape of a topology of one Placement and one ManifestWorkReplicaSet. */
function shape(options: { placement?: JsonObject; replicaSet?: JsonObject } = {}): TopologyShape {
  const { placement = renderedPlacement(), replicaSet = renderedWork({ manifests }) } = options;
  return shapeOf([placement, replicaSet]);
}

describe('the shape of a topology', () => {
  it('is rendered with a Namespace and a Workload under valid placeholder names', () => {
    assert.deepEqual(
      manifests.map(({ kind }) => kind),
      ['Namespace', 'Workload'],
    );
    assert.equal(context.environment, 'primary');
    for (const name of [context.name, context.namespace, context.appName, namespaceName]) {
      assert.match(name, /^[a-z]([a-z-]*[a-z])?$/);
    }
  });

  it('contains ManifestWorkReplicaSets and Placements, and no other kind', () => {
    const { replicaSets, placements } = shapeOf([{ kind: 'ConfigMap' }, renderedWork(), renderedPlacement('a'), {}]);
    assert.deepEqual([replicaSets.length, placements.length], [1, 1]);
  });
});

describe('the lifecycle of one deployment in a shape', () => {
  it('is that of the namespace of the deployment', () => {
    assert.deepEqual(lifecycleIn(shape(), names), lifecycles.owner);
    assert.deepEqual(
      lifecycleIn(shape({ replicaSet: renderedWork({ manifests, deleteOption: orphaning }) }), names),
      lifecycles.keeper,
    );
    assert.deepEqual(
      lifecycleIn(shape({ replicaSet: renderedWork({ manifests: manifests.slice(1) }) }), names),
      lifecycles.guest,
    );
  });

  it('is not that of another namespace that the template names', () => {
    const own = renderedWork({ manifests: [{ kind: 'Namespace', metadata: { name: 'monitoring' } }] });
    assert.deepEqual(lifecycleIn(shape({ replicaSet: own }), names), lifecycles.guest);
    assert.deepEqual(lifecycleIn(shape({ replicaSet: own }), { ...names, namespace: 'monitoring' }), lifecycles.owner);
  });

  it('is that of a guest if there are no ManifestWorkReplicaSets, or malformed ones', () => {
    assert.deepEqual(lifecycleIn(shapeOf([]), names), lifecycles.guest);
    assert.deepEqual(lifecycleIn(shapeOf([{ kind: 'ManifestWorkReplicaSet', spec: 'x' }]), names), lifecycles.guest);
  });

  it('is found under any name, as files may contain', () => {
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
  { what: 'nothing', from: many(2), to: many(2), change: { kind: 'same' }, why: 'nothing differs' },
  { what: '2 to 3', from: many(2), to: many(3), change: { kind: 'grows' }, why: 'one cluster is added' },
  { what: '3 to 2', from: many(3), to: many(2), change: { kind: 'shrinks', to: 2 }, why: 'one cluster is removed' },
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
  {
    what: 'a predicate',
    from: many(2),
    to: many(2, gpu),
    change: { kind: 'changes' },
    why: 'other clusters may match',
  },
  {
    what: 'a predicate and one more cluster',
    from: many(2),
    to: many(3, gpu),
    change: { kind: 'changes' },
    why: 'other clusters may match',
  },
  {
    what: 'another name',
    from: many(2),
    to: renderedPlacement('other', { numberOfClusters: 2 }),
    change: { kind: 'changes' },
    why: 'another Placement selects independently',
  },
];

describe('the Placements of a shape', () => {
  for (const { what, from, to, change, why } of changes) {
    it(`report "${change.kind}" for a change of ${what}: ${why}`, () => {
      assert.deepEqual(placementChange(shape({ placement: from }), shape({ placement: to })), change);
    });
  }

  it('are the same if only the manifests differ', () => {
    const after = shape({ replicaSet: renderedWork({ manifests: [], deleteOption: orphaning }) });
    assert.deepEqual(placementChange(shape(), after), { kind: 'same' });
  });

  it('change with the namespace on the hub', () => {
    const inHub = (namespace: string) => ({ ...renderedPlacement(), metadata: { name: 'web', namespace } });
    const moved = placementChange(shape({ placement: inHub('a') }), shape({ placement: inHub('b') }));
    assert.deepEqual(moved, { kind: 'changes' });
  });

  it('change when the render refers to other external Placements', () => {
    const byop = (...placements: string[]) => shapeOf([renderedWork({ placements })]);
    assert.deepEqual(placementChange(byop('gpu'), byop('gpu')), { kind: 'same' });
    assert.deepEqual(placementChange(byop('gpu'), byop('cpu')), { kind: 'changes' });
    assert.deepEqual(placementChange(byop('gpu', 'cpu'), byop('gpu')), { kind: 'changes' });
    assert.deepEqual(placementChange(shape(), byop('gpu')), { kind: 'changes' });
  });

  it('grow when the render refers to one more external Placement', () => {
    const byop = (...placements: string[]) => shapeOf([renderedWork({ placements })]);
    assert.deepEqual(placementChange(byop('gpu'), byop('gpu', 'cpu')), { kind: 'grows' });
  });

  it('change when one is added, removed or replaced', () => {
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

describe('the selections of a shape', () => {
  it('are the specs of its Placements', () => {
    assert.deepEqual(selectionsOf(shapeOf([renderedWork(), many(2, gpu)])), [{ numberOfClusters: 2, ...gpu }]);
  });

  it('are not known if others may edit a Placement that it refers to', () => {
    assert.equal(selectionsOf(shapeOf([renderedWork({ placements: ['gpu'] })])), undefined);
  });
});

describe('the number of clusters that a shape requests', () => {
  const number = (numberOfClusters?: number, name = 'web') =>
    renderedPlacement(name, numberOfClusters === undefined ? {} : { numberOfClusters });
  const rows: { why: string; objects: JsonObject[]; requested: number | undefined }[] = [
    { why: 'for one Placement', objects: [renderedWork(), number(2)], requested: 2 },
    { why: 'for several Placements in total', objects: [number(2), number(3, 'more')], requested: 5 },
    { why: 'for a Placement without a number', objects: [number()], requested: undefined },
    { why: 'if one of several has no number', objects: [number(2), number(undefined, 'more')], requested: undefined },
    {
      why: 'for an external Placement',
      objects: [renderedWork({ placements: ['gpu'] })],
      requested: undefined,
    },
  ];
  for (const { why, objects, requested } of rows) {
    it(`is ${requested ?? 'unknown'} ${why}`, () => assert.equal(requestedClusters(shapeOf(objects)), requested));
  }
});

describe('the ManifestWorkReplicaSets of a shape', () => {
  it('are not dropped when their manifests change', () => {
    assert.equal(dropsReplicaSets(shape(), shape({ replicaSet: renderedWork({ deleteOption: orphaning }) })), false);
    const malformed = { ...renderedWork(), spec: { placementRefs: 'x' } };
    assert.equal(dropsReplicaSets(shape({ replicaSet: malformed }), shape({ replicaSet: malformed })), false);
    const nameless = { ...renderedWork(), spec: { placementRefs: [{ name: 'web' }, { name: 7 }, 'x'] } };
    assert.equal(dropsReplicaSets(shape(), shape({ replicaSet: nameless })), false);
  });

  it('are not dropped when they or their refs are in another order', () => {
    const [a, b] = [renderedWork({ name: 'a' }), renderedWork({ name: 'b' })];
    assert.equal(dropsReplicaSets(shapeOf([a, b]), shapeOf([b, a])), false);
    const refs = (...placements: string[]) => shape({ replicaSet: renderedWork({ placements }) });
    assert.equal(dropsReplicaSets(refs('x', 'y'), refs('y', 'x')), false);
  });

  it('are not dropped when one is added, and are when one is removed', () => {
    const [one, other] = [renderedWork({ placements: ['x'] }), renderedWork({ placements: ['y'] })];
    assert.equal(dropsReplicaSets(shapeOf([one]), shapeOf([one, other])), false);
    assert.equal(dropsReplicaSets(shapeOf([one, other]), shapeOf([one])), true);
  });

  it('are dropped with another name, namespace or Placement ref', () => {
    assert.equal(dropsReplicaSets(shape(), shape({ replicaSet: renderedWork({ name: 'other' }) })), true);
    assert.equal(dropsReplicaSets(shape(), shape({ replicaSet: renderedWork({ placements: ['other'] }) })), true);
    const replicaSet = renderedWork();
    const inHub = (namespace: string) => shape({ replicaSet: { ...replicaSet, metadata: { name: 'web', namespace } } });
    assert.equal(dropsReplicaSets(inHub('a'), inHub('b')), true);
  });
});
