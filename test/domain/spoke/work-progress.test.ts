import assert from 'node:assert/strict';
import { placementNameLabel, type ManifestWork, type ManifestWorkSpec, type Placement } from '../../../src/api/ocm.ts';
import { isOrphanConfirmed, isComplete, workProgress } from '../../../src/domain/spoke/work-progress.ts';
import { aReplicaSet, aWork } from '../../support/hub-objects.ts';
import { aPlacement } from '../../support/placements.ts';

const selecting = (clusters: number): Placement => ({
  ...aPlacement(),
  status: { numberOfSelectedClusters: clusters },
});
const progress = (works: ManifestWork[], clusters = works.length) =>
  workProgress([{ replicaSet: aReplicaSet(), works, placements: [selecting(clusters)] }]);

const pending: { what: string; work: ManifestWork; why: string }[] = [
  { what: 'a work that nobody has looked at', work: aWork('a', { applied: 'never' }), why: 'no condition yet' },
  { what: 'a work that could not be applied', work: aWork('a', { applied: 'False' }), why: 'the agent says so' },
  {
    what: 'a work whose newest content the agent has not seen',
    work: aWork('a', { observed: 2 }),
    why: 'it speaks of an older one',
  },
  { what: 'a work of older content', work: aWork('a', { edit: '0' }), why: 'OCM has not rolled the new one out yet' },
];

describe('the progress of works', () => {
  it('is complete when every selected cluster has applied the newest work', () => {
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

  it('waits for works that are still to be made', () => {
    assert.equal(isComplete(progress([aWork('a')], 2)), false);
    assert.equal(isComplete(progress([], 1)), false);
  });

  it('waits for a Placement that asks for more than it selects, and calls itself satisfied: it was just edited', () => {
    const { spec, ...rest } = selecting(1);
    const conditions = [{ type: 'PlacementSatisfied', status: 'True', reason: 'AllDecisionsScheduled' } as const];
    const edited: Placement = {
      ...rest,
      spec: { ...spec, numberOfClusters: 2 },
      status: { numberOfSelectedClusters: 1, conditions },
    };
    const found = workProgress([{ replicaSet: aReplicaSet(), works: [aWork('a')], placements: [edited] }]);
    assert.equal(found.expected, 2);
    assert.equal(isComplete(found), false);
  });

  it('is never complete with nothing selected', () => assert.equal(isComplete(progress([], 0)), false));

  it('passes by works that are going away', () => {
    assert.deepEqual(progress([aWork('a'), aWork('b', { deleting: true, applied: 'False' })], 1), {
      selectedClusters: ['a'],
      unappliedClusters: [],
      expected: 1,
      failures: [],
    });
  });

  it('tells the failures by cluster, sorted', () => {
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
  const both = (...works: ManifestWork[]) =>
    workProgress([
      {
        replicaSet: aReplicaSet('web', ['p', 'q']),
        works,
        placements: ['p', 'q'].map((name) => ({ ...aPlacement({ name }), status: { numberOfSelectedClusters: 2 } })),
      },
    ]);

  it('is complete where two Placements share a cluster, and each has brought its works', () => {
    const found = both(...['a', 'b'].map((on) => by('p', aWork(on))), ...['b', 'c'].map((on) => by('q', aWork(on))));
    assert.deepEqual([found.selectedClusters, found.expected, isComplete(found)], [['a', 'b', 'c'], 3, true]);
  });

  it('waits for the works of either Placement', () => {
    const found = both(by('p', aWork('a')), by('p', aWork('b')), by('q', aWork('b')));
    assert.deepEqual([found.expected, isComplete(found)], [3, false]);
  });

  it('is complete where two sets are on the same clusters', () => {
    const states = ['one', 'two'].map((name) => ({
      replicaSet: aReplicaSet(name),
      works: [aWork('a'), aWork('b')],
      placements: [selecting(2)],
    }));
    assert.equal(isComplete(workProgress(states)), true);
  });

  const options: { what: string; wanted: ManifestWorkSpec['deleteOption']; has: ManifestWorkSpec['deleteOption'] }[] = [
    { what: 'an option that was taken away', wanted: undefined, has: { propagationPolicy: 'Orphan' } },
    { what: 'an option that was added', wanted: { propagationPolicy: 'Orphan' }, has: undefined },
    {
      what: 'rules that were taken away',
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
    it(`waits for a work that still has what keeps things, or has it not yet: ${what}`, () => {
      const replicaSet = aReplicaSet();
      const template = { ...replicaSet.spec.manifestWorkTemplate, ...optional(wanted) };
      const work = aWork('a');
      const found = workProgress([
        {
          replicaSet: { ...replicaSet, spec: { ...replicaSet.spec, manifestWorkTemplate: template } },
          works: [{ ...work, spec: { ...work.spec, ...optional(has) } }],
          placements: [selecting(1)],
        },
      ]);
      assert.deepEqual(found.unappliedClusters, ['a']);
    });
  }

  it('takes a work for the newest that has the same option with all that is empty written out, as OCM copies it', () => {
    const rule = { resource: 'namespaces', name: 'shop' };
    const optionWith = (...orphaningRules: object[]) => ({
      propagationPolicy: 'SelectivelyOrphan',
      selectivelyOrphans: { orphaningRules },
    });
    const replicaSet = aReplicaSet();
    const wanted = { ...replicaSet.spec.manifestWorkTemplate, deleteOption: optionWith(rule) };
    const pendingWith = (deleteOption: object) => {
      const work = aWork('a');
      return workProgress([
        {
          replicaSet: JSON.parse(
            JSON.stringify({ ...replicaSet, spec: { ...replicaSet.spec, manifestWorkTemplate: wanted } }),
          ),
          works: [JSON.parse(JSON.stringify({ ...work, spec: { ...work.spec, deleteOption } }))],
          placements: [selecting(1)],
        },
      ]).unappliedClusters;
    };
    assert.deepEqual(pendingWith(optionWith({ group: '', namespace: '', ...rule })), []);
    assert.deepEqual(pendingWith(optionWith({ group: 'apps', namespace: '', ...rule })), ['a']);
    assert.deepEqual(pendingWith(optionWith({ ...rule, namespace: 'shop' })), ['a']);
    assert.deepEqual(pendingWith(optionWith(rule, rule)), ['a']);
  });

  it('tells what the agent says of a manifest that could not be applied, once for each cluster', () => {
    const applied = (status: 'True' | 'False', message?: string) => [
      { type: 'Applied', status, reason: 'AppliedManifestFailed', ...(message === undefined ? {} : { message }) },
    ];
    const manifests = [
      { resourceMeta: { kind: 'Namespace', name: 'shop' }, conditions: applied('True') },
      { resourceMeta: { kind: 'Workload', name: 'web' }, conditions: applied('False', 'namespaces "shop" not found') },
    ];
    const failed = aWork('a', { applied: 'False' });
    const told = (its: ManifestWork) => progress([its, its], 1).failures;
    assert.deepEqual(told({ ...failed, status: { ...failed.status, resourceStatus: { manifests } } }), [
      { cluster: 'a', message: 'Workload web: namespaces "shop" not found' },
    ]);
    const silent = [{ conditions: applied('False') }];
    assert.deepEqual(told({ ...failed, status: { ...failed.status, resourceStatus: { manifests: silent } } }), [
      { cluster: 'a', message: 'a manifest: AppliedManifestFailed' },
    ]);
  });

  it('takes several works on one cluster together', () => {
    const states = ['one', 'two'].map((name) => ({
      replicaSet: aReplicaSet(name),
      works: [aWork('a', { edit: name === 'one' ? '1' : '0' })],
      placements: [selecting(1)],
    }));
    const found = workProgress(states);
    assert.deepEqual(
      { selected: found.selectedClusters, pending: found.unappliedClusters },
      { selected: ['a'], pending: ['a'] },
    );
  });
});

describe('what an agent has heard of a namespace that is to be kept', () => {
  const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  const keeping = { propagationPolicy: 'Orphan' } as const;
  const condition = (status: 'True' | 'False', observedGeneration = 3) => [
    { type: 'Applied', status, reason: 'Reason', observedGeneration },
  ];
  const manifestOf = (kind: string, status: 'True' | 'False') => ({
    resourceMeta: { kind, name: 'shop' },
    conditions: condition(status),
  });
  const rows: { why: string; heard: boolean; generation?: number; change: Partial<ManifestWork> }[] = [
    { why: 'all of it is applied', heard: true, change: { status: { conditions: condition('True') } } },
    { why: 'it speaks of older content', heard: false, change: { status: { conditions: condition('True', 2) } } },
    { why: 'nobody has ever looked at it', heard: true, generation: 1, change: {} },
    { why: 'nobody has looked at it, and it was edited', heard: false, change: {} },
    {
      why: 'the Namespace is applied, and something else is not',
      heard: true,
      change: {
        status: {
          conditions: condition('False'),
          resourceStatus: { manifests: [manifestOf('Workload', 'False'), manifestOf('Namespace', 'True')] },
        },
      },
    },
    {
      why: 'the Namespace is not applied',
      heard: false,
      change: {
        status: { conditions: condition('False'), resourceStatus: { manifests: [manifestOf('Namespace', 'False')] } },
      },
    },
    { why: 'the agent says nothing of it', heard: false, change: { status: { conditions: condition('False') } } },
    {
      why: 'OCM has not brought it what keeps the namespace',
      heard: false,
      change: { spec: { workload: { manifests: [space] } }, status: { conditions: condition('True') } },
    },
    {
      why: 'it only finds the namespace',
      heard: true,
      change: { spec: { workload: { manifests: [] } }, status: { conditions: condition('True') } },
    },
  ];
  for (const { why, heard, generation = 3, change } of rows) {
    it(`is ${heard ? '' : 'not '}all: ${why}`, () => {
      const { metadata, ...rest } = aWork('a', { applied: 'never' });
      const spec = { workload: { manifests: [space] }, deleteOption: keeping };
      assert.equal(
        isOrphanConfirmed({ ...rest, spec, metadata: { ...metadata, generation }, ...change }, 'shop'),
        heard,
      );
    });
  }
});
