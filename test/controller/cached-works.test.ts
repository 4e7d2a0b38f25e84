import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Condition, JsonObject } from '../../src/api/object.ts';
import type { ManifestWork, ManifestWorkReplicaSet } from '../../src/api/ocm.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { WorkReducer } from '../../src/controller/cached-works.ts';
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
    spec: { edit, components: 'x'.repeat(100) },
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
  const replicaSet = aReplicaSet();
  const workload = { manifests: JSON.parse(JSON.stringify(manifestsOf(edit))) };
  const manifestWorkTemplate = { workload, ...(deleteOption === undefined ? {} : { deleteOption }) };
  return { ...replicaSet, spec: { ...replicaSet.spec, manifestWorkTemplate } };
}

describe('ManifestWorks in the cache', () => {
  it('lead to the same decisions as whole ManifestWorks', () => {
    fc.assert(
      fc.property(works, deleteOptions, (found, deleteOption) => {
        const reducer = new WorkReducer(sha256);
        const whole = templateWith('1', deleteOption);
        const replicaSet = reducer.reduceReplicaSet(templateWith('1', deleteOption));
        const cached = found.map((work) => reducer.reduce(structuredClone(work), () => replicaSet));
        const applied = cached.map((work) => reducer.applied(work, replicaSet));
        assert.deepEqual(decisionsOn(replicaSet, applied), decisionsOn(whole, found));
      }),
      { numRuns: 500 },
    );
  });

  it('keep no manifests if they are those of the ManifestWorkReplicaSet', () => {
    const reducer = new WorkReducer(sha256);
    const replicaSet = aReplicaSet();
    const same = reducer.reduce(aWork('a'), () => replicaSet);
    assert.equal(same.packedWorkload, undefined);
    assert.doesNotMatch(JSON.stringify(same), /annotations/);
    assert.notEqual(reducer.reduce(aWork('a', { edit: '0' }), () => replicaSet).packedWorkload, undefined);
  });

  it('count as not applied if the ManifestWorkReplicaSet was not known, and has other manifests', () => {
    const reducer = new WorkReducer(sha256);
    const [same, outdated] = [aWork('a'), aWork('b', { edit: '0' })].map((work) =>
      reducer.applied(
        reducer.reduce(work, () => undefined),
        aReplicaSet(),
      ),
    );
    assert.ok(same !== undefined && outdated !== undefined);
    const { selectedClusters, unappliedClusters } = workProgress([
      { replicaSet: aReplicaSet(), manifestWorks: [same, outdated], placements: [] },
    ]);
    assert.deepEqual([selectedClusters, unappliedClusters], [['a', 'b'], ['b']]);
  });
});
