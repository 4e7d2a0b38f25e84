import assert from 'node:assert/strict';
import { placementNameLabel, type ManifestWork, type ManifestWorkSpec, type Placement } from '../../../src/api/ocm.ts';
import {
  isComplete,
  isOrphanConfirmed,
  leavingClusters,
  workProgress,
} from '../../../src/domain/spoke/work-progress.ts';
import { aReplicaSet, aWork } from '../../support/hub-objects.ts';
import { aPlacement } from '../../support/placements.ts';

const selecting = (clusters: number): Placement => ({
  ...aPlacement(),
  status: { numberOfSelectedClusters: clusters },
});
const progress = (manifestWorks: ManifestWork[], clusters = manifestWorks.length) =>
  workProgress([{ replicaSet: aReplicaSet(), manifestWorks, placements: [selecting(clusters)] }]);

const pending: { what: string; work: ManifestWork; why: string }[] = [
  {
    what: 'a ManifestWork that no agent has processed',
    work: aWork('a', { applied: 'never' }),
    why: 'it has no condition',
  },
  {
    what: 'a ManifestWork that failed to apply',
    work: aWork('a', { applied: 'False' }),
    why: 'the condition is False',
  },
  {
    what: 'a ManifestWork whose newest generation the agent has not processed',
    work: aWork('a', { observed: 2 }),
    why: 'the condition is about an older one',
  },
  {
    what: 'a ManifestWork with older content',
    work: aWork('a', { edit: '0' }),
    why: 'OCM has not rolled out the new content',
  },
];

describe('the progress of ManifestWorks', () => {
  it('is complete when every selected cluster has applied the newest content', () => {
    const found = progress([aWork('b'), aWork('a')]);
    assert.deepEqual(found, { selectedClusters: ['a', 'b'], unappliedClusters: [], expected: 2, failures: [] });
    assert.equal(isComplete(found), true);
  });

  for (const { what, work, why } of pending) {
    it(`waits for ${what}: ${why}`, () => {
      const found = progress([work, aWork('b')]);
      assert.deepEqual(found.unappliedClusters, ['a']);
      assert.equal(isComplete(found), false);
    });
  }

  it('waits for ManifestWorks that OCM has not created yet', () => {
    assert.equal(isComplete(progress([aWork('a')], 2)), false);
    assert.equal(isComplete(progress([], 1)), false);
  });

  it('waits for a Placement that is reported as satisfied but selects too few: it was just edited', () => {
    const { spec, ...rest } = selecting(1);
    const conditions = [{ type: 'PlacementSatisfied', status: 'True', reason: 'AllDecisionsScheduled' } as const];
    const edited: Placement = {
      ...rest,
      spec: { ...spec, numberOfClusters: 2 },
      status: { numberOfSelectedClusters: 1, conditions },
    };
    const found = workProgress([{ replicaSet: aReplicaSet(), manifestWorks: [aWork('a')], placements: [edited] }]);
    assert.equal(found.expected, 2);
    assert.equal(isComplete(found), false);
  });

  it('is never complete if no cluster is selected', () => assert.equal(isComplete(progress([], 0)), false));

  it('ignores ManifestWorks that are being deleted', () => {
    assert.deepEqual(progress([aWork('a'), aWork('b', { deleting: true, applied: 'False' })], 1), {
      selectedClusters: ['a'],
      unappliedClusters: [],
      expected: 1,
      failures: [],
    });
  });

  it('tells clusters whose last ManifestWork is being deleted', () => {
    const leaving = (...works: ManifestWork[]) =>
      leavingClusters([{ replicaSet: aReplicaSet(), manifestWorks: works, placements: [] }]);
    const deleting = { deleting: true };
    assert.deepEqual(leaving(aWork('c', deleting), aWork('a'), aWork('b', deleting)), ['b', 'c']);
    assert.deepEqual(leaving(aWork('a', deleting), aWork('a', deleting)), ['a'], 'each cluster once');
    assert.deepEqual(leaving(aWork('a', deleting), aWork('a')), [], 'a ManifestWork that replaces it is there');
  });

  it('lists the failures, sorted by cluster', () => {
    const found = progress([aWork('b', { applied: 'False' }), aWork('a', { applied: 'False' })]);
    assert.deepEqual(found.failures, [
      { cluster: 'a', message: 'as OCM says it' },
      { cluster: 'b', message: 'as OCM says it' },
    ]);
  });

  const by = (placement: string, work: ManifestWork): ManifestWork => {
    const labels = { ...work.metadata.labels, [placementNameLabel]: placement };
    return { ...work, metadata: { ...work.metadata, labels } };
  };
  const both = (...manifestWorks: ManifestWork[]) =>
    workProgress([
      {
        replicaSet: aReplicaSet('web', ['p', 'q']),
        manifestWorks,
        placements: ['p', 'q'].map((name) => ({ ...aPlacement({ name }), status: { numberOfSelectedClusters: 2 } })),
      },
    ]);

  it('is complete if two Placements share a cluster and each has all its ManifestWorks', () => {
    const found = both(...['a', 'b'].map((on) => by('p', aWork(on))), ...['b', 'c'].map((on) => by('q', aWork(on))));
    assert.deepEqual([found.selectedClusters, found.expected, isComplete(found)], [['a', 'b', 'c'], 3, true]);
  });

  it('waits for the ManifestWorks of each Placement', () => {
    const found = both(by('p', aWork('a')), by('p', aWork('b')), by('q', aWork('b')));
    assert.deepEqual([found.expected, isComplete(found)], [3, false]);
  });

  it('is complete if two sets are on the same clusters', () => {
    const states = ['one', 'two'].map((name) => ({
      replicaSet: aReplicaSet(name),
      manifestWorks: [aWork('a'), aWork('b')],
      placements: [selecting(2)],
    }));
    assert.equal(isComplete(workProgress(states)), true);
  });

  const options: { what: string; wanted: ManifestWorkSpec['deleteOption']; has: ManifestWorkSpec['deleteOption'] }[] = [
    { what: 'an option that was removed', wanted: undefined, has: { propagationPolicy: 'Orphan' } },
    { what: 'an option that was added', wanted: { propagationPolicy: 'Orphan' }, has: undefined },
    {
      what: 'rules that were removed',
      wanted: { propagationPolicy: 'SelectivelyOrphan' },
      has: {
        propagationPolicy: 'SelectivelyOrphan',
        selectivelyOrphans: { orphaningRules: [{ resource: 'namespaces', name: 'shop' }] },
      },
    },
  ];
  const optional = (deleteOption: ManifestWorkSpec['deleteOption']) =>
    deleteOption === undefined ? {} : { deleteOption };
  for (const { what, wanted, has } of options) {
    it(`waits for a ManifestWork whose deleteOption is not the newest: ${what}`, () => {
      const replicaSet = aReplicaSet();
      const template = { ...replicaSet.spec.manifestWorkTemplate, ...optional(wanted) };
      const work = aWork('a');
      const found = workProgress([
        {
          replicaSet: { ...replicaSet, spec: { ...replicaSet.spec, manifestWorkTemplate: template } },
          manifestWorks: [{ ...work, spec: { ...work.spec, ...optional(has) } }],
          placements: [selecting(1)],
        },
      ]);
      assert.deepEqual(found.unappliedClusters, ['a']);
    });
  }

  it('treats a deleteOption with defaults, as OCM copies it, as the same', () => {
    const rule = { resource: 'namespaces', name: 'shop' };
    const optionWith = (...orphaningRules: object[]) => ({
      propagationPolicy: 'SelectivelyOrphan',
      selectivelyOrphans: { orphaningRules },
    });
    const replicaSet = aReplicaSet();
    const wanted = { ...replicaSet.spec.manifestWorkTemplate, deleteOption: optionWith(rule) };
    const unappliedWith = (deleteOption: object) => {
      const work = aWork('a');
      return workProgress([
        {
          replicaSet: JSON.parse(
            JSON.stringify({ ...replicaSet, spec: { ...replicaSet.spec, manifestWorkTemplate: wanted } }),
          ),
          manifestWorks: [JSON.parse(JSON.stringify({ ...work, spec: { ...work.spec, deleteOption } }))],
          placements: [selecting(1)],
        },
      ]).unappliedClusters;
    };
    assert.deepEqual(unappliedWith(optionWith({ group: '', namespace: '', ...rule })), []);
    assert.deepEqual(unappliedWith(optionWith({ group: 'apps', namespace: '', ...rule })), ['a']);
    assert.deepEqual(unappliedWith(optionWith({ ...rule, namespace: 'shop' })), ['a']);
    assert.deepEqual(unappliedWith(optionWith(rule, rule)), ['a']);
  });

  it('has the message of the agent about a manifest that failed to apply, once for each cluster', () => {
    const applied = (status: 'True' | 'False', message?: string) => [
      { type: 'Applied', status, reason: 'AppliedManifestFailed', ...(message === undefined ? {} : { message }) },
    ];
    const manifests = [
      { resourceMeta: { kind: 'Namespace', name: 'shop' }, conditions: applied('True') },
      { resourceMeta: { kind: 'Workload', name: 'web' }, conditions: applied('False', 'namespaces "shop" not found') },
    ];
    const failed = aWork('a', { applied: 'False' });
    const failuresOf = (work: ManifestWork) => progress([work, work], 1).failures;
    assert.deepEqual(failuresOf({ ...failed, status: { ...failed.status, resourceStatus: { manifests } } }), [
      { cluster: 'a', message: 'Workload web: namespaces "shop" not found' },
    ]);
    const unexplained = [{ conditions: applied('False') }];
    assert.deepEqual(
      failuresOf({ ...failed, status: { ...failed.status, resourceStatus: { manifests: unexplained } } }),
      [{ cluster: 'a', message: 'a manifest: AppliedManifestFailed' }],
    );
  });

  it('combines several ManifestWorks on one cluster', () => {
    const states = ['one', 'two'].map((name) => ({
      replicaSet: aReplicaSet(name),
      manifestWorks: [aWork('a', { edit: name === 'one' ? '1' : '0' })],
      placements: [selecting(1)],
    }));
    const found = workProgress(states);
    assert.deepEqual(
      { selected: found.selectedClusters, pending: found.unappliedClusters },
      { selected: ['a'], pending: ['a'] },
    );
  });
});

describe('whether an agent has confirmed orphaning', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  const orphaning = { propagationPolicy: 'Orphan' } as const;
  const condition = (status: 'True' | 'False', observedGeneration = 3) => [
    { type: 'Applied', status, reason: 'Reason', observedGeneration },
  ];
  const manifestOf = (kind: string, status: 'True' | 'False') => ({
    resourceMeta: { kind, name: 'shop' },
    conditions: condition(status),
  });
  const rows: { why: string; confirmed: boolean; generation?: number; change: Partial<ManifestWork> }[] = [
    { why: 'everything is applied', confirmed: true, change: { status: { conditions: condition('True') } } },
    {
      why: 'the condition is about older content',
      confirmed: false,
      change: { status: { conditions: condition('True', 2) } },
    },
    { why: 'no agent has processed the first generation', confirmed: true, generation: 1, change: {} },
    { why: 'no agent has processed it, and it was edited', confirmed: false, change: {} },
    {
      why: 'the Namespace is applied, although another manifest is not',
      confirmed: true,
      change: {
        status: {
          conditions: condition('False'),
          resourceStatus: { manifests: [manifestOf('Workload', 'False'), manifestOf('Namespace', 'True')] },
        },
      },
    },
    {
      why: 'the Namespace is not applied',
      confirmed: false,
      change: {
        status: { conditions: condition('False'), resourceStatus: { manifests: [manifestOf('Namespace', 'False')] } },
      },
    },
    {
      why: 'the agent does not report on the Namespace',
      confirmed: false,
      change: { status: { conditions: condition('False') } },
    },
    {
      why: 'the ManifestWork does not orphan the namespace yet',
      confirmed: false,
      change: { spec: { workload: { manifests: [namespace] } }, status: { conditions: condition('True') } },
    },
    {
      why: 'the ManifestWork does not contain the Namespace',
      confirmed: true,
      change: { spec: { workload: { manifests: [] } }, status: { conditions: condition('True') } },
    },
  ];
  for (const { why, confirmed, generation = 3, change } of rows) {
    it(`is ${confirmed ? 'true' : 'false'}: ${why}`, () => {
      const { metadata, ...rest } = aWork('a', { applied: 'never' });
      const spec = { workload: { manifests: [namespace] }, deleteOption: orphaning };
      assert.equal(
        isOrphanConfirmed({ ...rest, spec, metadata: { ...metadata, generation }, ...change }, 'shop'),
        confirmed,
      );
    });
  }
});
