import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Condition, JsonObject } from '../../src/api/object.ts';
import type { ManifestWork, ManifestWorkReplicaSet } from '../../src/api/ocm.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { WorkReducer, type CachedWork } from '../../src/controller/cached-works.ts';
import { observedStates } from '../../src/domain/spoke/from-replica-sets.ts';
import { leavingClusters, workProgress, type AppliedWork } from '../../src/domain/spoke/work-progress.ts';
import { aReplicaSet, aWork } from '../support/hub-objects.ts';

/** All that is decided from the ManifestWorks of one ManifestWorkReplicaSet. */
function decisionsOn(replicaSet: ManifestWorkReplicaSet, manifestWorks: readonly AppliedWork[]) {
  const states = [{ replicaSet, environment: 'team/primary', manifestWorks, placements: [] }];
  return {
    progress: workProgress(states),
    leaving: leavingClusters(states),
    observed: observedStates(states),
    created: manifestWorks.map(({ metadata }) => [metadata.name, metadata.creationTimestamp, metadata.uid]),
  };
}

const conditions = fc.option(
  fc.record({
    type: fc.constantFrom('Applied', 'Available'),
    status: fc.constantFrom<Condition['status']>('True', 'False', 'Unknown'),
    reason: fc.constant('Reason'),
    message: fc.constantFrom('', 'one', 'other'),
    observedGeneration: fc.constantFrom(1, 2),
    lastTransitionTime: fc.constant('2026-01-01T00:00:00Z'),
  }),
  { nil: undefined },
);

const manifestsOf = (edit: string): JsonObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
  {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'Workload',
    metadata: { name: 'web', namespace: 'web' },
    spec: { edit, components: 'x'.repeat(2000) },
  },
];

/** The manifests of the template: as they are, outdated, or with a field that something on the hub has added. */
const manifests = fc.constantFrom(
  manifestsOf('1'),
  manifestsOf('0'),
  manifestsOf('1').map((manifest) => ({ ...manifest, added: true })),
  manifestsOf('1').slice(1),
  [],
);

const deleteOptions = fc.option(
  fc.constantFrom<NonNullable<ManifestWork['spec']['deleteOption']>>(
    { propagationPolicy: 'Foreground' },
    { propagationPolicy: 'Orphan' },
    {
      propagationPolicy: 'SelectivelyOrphan',
      selectivelyOrphans: { orphaningRules: [{ group: '', resource: 'namespaces', namespace: '', name: 'web' }] },
    },
  ),
  { nil: undefined },
);

const works = fc.array(
  fc
    .record({
      cluster: fc.constantFrom('a', 'b', 'c'),
      generation: fc.constantFrom(1, 2),
      isDeleting: fc.boolean(),
      manifests,
      deleteOption: deleteOptions,
      applied: conditions,
      own: conditions,
    })
    .map(({ cluster, generation, isDeleting, manifests: found, deleteOption, applied, own }): ManifestWork => {
      const listed = (condition: Condition | undefined) => (condition === undefined ? [] : [condition]);
      return {
        apiVersion: 'work.open-cluster-management.io/v1',
        kind: 'ManifestWork',
        metadata: {
          name: 'web',
          namespace: cluster,
          uid: `uid on ${cluster}`,
          generation,
          creationTimestamp: '2026-01-01T00:00:00Z',
          labels: { 'work.open-cluster-management.io/manifestworkreplicaset': 'hub.web', other: 'label' },
          finalizers: ['cluster.open-cluster-management.io/manifest-work-cleanup'],
          ...(isDeleting ? { deletionTimestamp: '2026-01-02T00:00:00Z' } : {}),
        },
        spec: {
          workload: { manifests: JSON.parse(JSON.stringify(found)) },
          ...(deleteOption === undefined ? {} : { deleteOption }),
        },
        status: {
          conditions: listed(applied),
          resourceStatus: {
            manifests: [{ resourceMeta: { kind: 'Namespace', name: 'web' }, conditions: listed(own) }],
          },
        },
      };
    }),
  { maxLength: 4 },
);

function templateWith(edit: string, deleteOption: ManifestWork['spec']['deleteOption']): ManifestWorkReplicaSet {
  return replicaSetOf(manifestsOf(edit), deleteOption);
}

function replicaSetOf(
  found: readonly JsonObject[],
  deleteOption: ManifestWork['spec']['deleteOption'],
): ManifestWorkReplicaSet {
  const replicaSet = aReplicaSet();
  const workload = { manifests: JSON.parse(JSON.stringify(found)) };
  const manifestWorkTemplate = { workload, ...(deleteOption === undefined ? {} : { deleteOption }) };
  return { ...replicaSet, spec: { ...replicaSet.spec, manifestWorkTemplate } };
}

/** Manifests that contain others of these. */
const fewManifests = fc.constantFrom(
  manifestsOf('1'),
  manifestsOf('1').map((manifest) => ({ ...manifest, added: true })),
);

/** ManifestWorks that only their manifests can keep from being applied. */
const successfulWorks = fc.tuple(works, fewManifests).map(([found, few]) =>
  found.map(({ metadata: { deletionTimestamp: _deleted, ...metadata }, spec: _spec, ...work }): ManifestWork => {
    const { generation = 1 } = metadata;
    const applied = { type: 'Applied', status: 'True', reason: 'Reason', observedGeneration: generation } as const;
    const workload: ManifestWork['spec']['workload'] = { manifests: JSON.parse(JSON.stringify(few)) };
    return { ...work, metadata, spec: { workload }, status: { conditions: [applied] } };
  }),
);

/** What arrives at the caches, in any order: the watches of the two kinds are independent. */
const events = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('template' as const), manifests: fc.oneof(manifests, fewManifests) }),
    fc.record({ kind: fc.constant('works' as const), works: fc.oneof(works, successfulWorks) }),
    fc.record({ kind: fc.constant('unknown' as const) }),
  ),
  { minLength: 1, maxLength: 8 },
);

describe('ManifestWorks in the cache', () => {
  it('lead to the same decisions as whole ManifestWorks', () => {
    fc.assert(
      fc.property(works, deleteOptions, (found, deleteOption) => {
        const reducer = new WorkReducer(sha256);
        const whole = templateWith('1', deleteOption);
        const replicaSet = reducer.reduceReplicaSet(templateWith('1', deleteOption));
        const cached = found.map((work) => reducer.reduce(structuredClone(work), replicaSet));
        const applied = cached.map((work) => reducer.applied(work));
        assert.deepEqual(decisionsOn(replicaSet, applied), decisionsOn(whole, found));
      }),
      { numRuns: 500 },
    );
  });

  it('lead to the same decisions at any time, in whatever order the events of both kinds arrive', () => {
    fc.assert(
      fc.property(events, (arriving) => {
        const reducer = new WorkReducer(sha256);
        let whole = templateWith('1', undefined);
        let replicaSet: ManifestWorkReplicaSet | undefined;
        let [received, cached]: [ManifestWork[], CachedWork[]] = [[], []];
        for (const event of arriving) {
          if (event.kind === 'unknown') replicaSet = undefined;
          if (event.kind === 'template') {
            whole = replicaSetOf(event.manifests, undefined);
            replicaSet = reducer.reduceReplicaSet(structuredClone(whole), replicaSet);
          }
          if (event.kind === 'works') {
            received = event.works;
            cached = received.map((work, index) => reducer.reduce(structuredClone(work), replicaSet, cached[index]));
          }
          if (replicaSet === undefined) continue;
          const applied = cached.map((work) => reducer.applied(work));
          assert.deepEqual(decisionsOn(replicaSet, applied), decisionsOn(whole, received));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('have the manifests of their ManifestWorkReplicaSet in memory once, also after its status has changed', () => {
    const reducer = new WorkReducer(sha256);
    const replicaSet = reducer.reduceReplicaSet(aReplicaSet());
    const [one, other] = [reducer.reduce(aWork('a'), replicaSet), reducer.reduce(aWork('b'), replicaSet)];
    assert.equal(one.workload, other.workload);
    assert.doesNotMatch(JSON.stringify(one), /annotations/);
    const changed = reducer.reduceReplicaSet({ ...aReplicaSet(), status: { summary: { total: 1 } } }, replicaSet);
    assert.equal(reducer.reduce(aWork('a'), changed).workload, one.workload);
    assert.notEqual(reducer.reduce(aWork('a', { edit: '0' }), changed).workload, one.workload);
  });

  it('count as applied if the ManifestWorkReplicaSet was not known when they arrived, although something adds fields', () => {
    const reducer = new WorkReducer(sha256);
    const [added, outdated] = [aWork('a'), aWork('b', { edit: '0' })];
    for (const manifest of added.spec.workload.manifests ?? []) Object.assign(manifest, { added: true });
    const manifestWorks = [added, outdated].map((work) => reducer.applied(reducer.reduce(work, undefined)));
    const replicaSet = reducer.reduceReplicaSet(aReplicaSet());
    const { selectedClusters, unappliedClusters } = workProgress([{ replicaSet, manifestWorks, placements: [] }]);
    assert.deepEqual([selectedClusters, unappliedClusters], [['a', 'b'], ['b']]);
  });

  it('tell the namespaces of a ManifestWorkReplicaSet without parsing its manifests', () => {
    const reducer = new WorkReducer(sha256);
    const replicaSet = reducer.reduceReplicaSet(replicaSetOf(manifestsOf('x'.repeat(5000)), undefined));
    Object.defineProperty(replicaSet.spec.manifestWorkTemplate, 'workload', { get: () => assert.fail('was parsed') });
    assert.deepEqual(reducer.namespacesIn(replicaSet), ['web']);
  });

  it('may lack manifests, and may be nested too deeply for JSON.stringify', () => {
    const reducer = new WorkReducer(sha256);
    const deep = () => JSON.parse(`${'['.repeat(9000)}${']'.repeat(9000)}`);
    for (const workload of [undefined, {}, { manifests: [{ ...manifestsOf('1')[0], spec: deep() }] }]) {
      const work = aWork('a');
      Object.assign(work.spec, { workload });
      const template = aReplicaSet();
      Object.assign(template.spec.manifestWorkTemplate, { workload });
      const replicaSet = reducer.reduceReplicaSet(template);
      const applied = reducer.applied(reducer.reduce(work, replicaSet));
      assert.deepEqual(decisionsOn(replicaSet, [applied]).progress.selectedClusters, ['a']);
    }
    const without: ManifestWorkReplicaSet = { ...aReplicaSet() };
    Reflect.deleteProperty(without, 'spec');
    assert.deepEqual(reducer.namespacesIn(reducer.reduceReplicaSet(without)), []);
  });
});
