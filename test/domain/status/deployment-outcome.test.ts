import assert from 'node:assert/strict';
import type { ManifestWork, ManifestWorkReplicaSet } from '../../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import type { ReplicaSetState } from '../../../src/domain/spoke/work-progress.ts';
import {
  outcomeOf,
  outcomeWithoutStep,
  type ApplyStep,
  type StepContext,
  type StepOutcome,
} from '../../../src/domain/status/deployment-outcome.ts';
import { aReplicaSet, aWork } from '../../support/hub-objects.ts';
import { guest, kept, owned } from '../../support/lifecycle-topology.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';

const now = Date.parse('2026-01-01T00:01:00Z');
const block = { reason: 'WorkloadConflict' as const, message: 'why' };
const refusal = { reason: 'HubNamespaceNotFound' as const, message: 'create it' };
const reported = {
  replicaSets: [aReplicaSet('new')],
  progress: { selectedClusters: ['a'], unappliedClusters: [], expected: 1, failures: [] },
};
const workload = { namespace: 'shop', name: 'web' };
const stateOf = (replicaSet: ManifestWorkReplicaSet, works: ManifestWork[] = []): ReplicaSetState => ({
  replicaSet,
  manifestWorks: works,
  placements: [],
});

interface Row {
  what: string;
  step: ApplyStep;
  deployment?: WorkloadDeployment;
  context?: Partial<Omit<StepContext, 'deployment'>>;
  outcome: Partial<StepOutcome['outcome']>;
  requeueAfterMs?: number;
  backoff?: { fromMs: number; toMs: number };
  why: string;
}

const applied = { lifecycle: owned, workload };
const nothing = {
  ...reported,
  supersededOn: [],
  leaving: [],
  terminating: [],
  pruning: [],
  upToDate: false,
  notReconciledByOcm: false,
};
const ms = (seconds: number) => now - seconds * 1000;
const namespaceManifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
/** A ManifestWorkReplicaSet that contains namespace `shop`. */
const containing = (name: string): ManifestWorkReplicaSet => ({
  ...aReplicaSet(name),
  spec: { placementRefs: [], manifestWorkTemplate: { workload: { manifests: [namespaceManifest] } } },
});

const terminatingSet = (replicaSet: ManifestWorkReplicaSet): ManifestWorkReplicaSet => ({
  ...replicaSet,
  metadata: { ...replicaSet.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
});
const empty = { replicaSets: [], progress: { selectedClusters: [], unappliedClusters: [], expected: 0, failures: [] } };

const rows: Row[] = [
  {
    what: 'done',
    step: { kind: 'done', ...reported },
    outcome: { ...applied, upToDate: true },
    why: 'the hub matches the render',
  },
  {
    what: 'applied',
    step: { kind: 'applied', terminating: [], isHubUpToDate: true, ...reported },
    outcome: { ...applied, upToDate: true },
    why: 'nothing is left to apply or to prune, and the watch event leads to the next reconcile',
  },
  {
    what: 'applied, with objects to prune later',
    step: { kind: 'applied', terminating: [], isHubUpToDate: false, ...reported },
    outcome: applied,
    why: 'the replaced objects are still on the hub',
  },
  {
    what: 'converging',
    step: { kind: 'converging', terminating: [], isHubUpToDate: true, ...reported },
    outcome: { ...applied, upToDate: true },
    why: 'only the spokes are behind',
  },
  {
    what: 'converging, with a terminating object',
    step: { kind: 'converging', terminating: ['Placement web'], isHubUpToDate: false, ...reported },
    outcome: { ...applied, terminating: ['Placement web'] },
    why: 'the object has to be created again',
  },
  {
    what: 'pruning',
    step: { kind: 'pruning', pruning: ['Placement old'], ...reported },
    outcome: { ...applied, pruning: ['Placement old'] },
    why: 'the replaced objects are being deleted',
  },
  {
    what: 'blocked before it is applied',
    step: { kind: 'blocked', write: 'apply', block, ...reported },
    outcome: { blocked: block },
    backoff: { fromMs: 10_000, toMs: 120_000 },
    why: 'the status keeps the lifecycle and the Workload that are applied',
  },
  {
    what: 'refused by the hub',
    step: { kind: 'blocked', write: 'apply', block: refusal, ...reported },
    outcome: { blocked: refusal },
    backoff: { fromMs: 5000, toMs: 30_000 },
    why: 'no watch event tells when the namespace exists',
  },
  {
    what: 'blocked before pruning',
    step: { kind: 'blocked', write: 'prune', block, ...reported },
    outcome: { ...applied, blocked: block },
    backoff: { fromMs: 10_000, toMs: 120_000 },
    why: 'the render itself is applied',
  },
  {
    what: 'a ManifestWorkReplicaSet that waits for OCM',
    step: { kind: 'converging', terminating: [], isHubUpToDate: true, ...reported, unreportedSince: ms(10) },
    outcome: { ...applied, upToDate: true },
    requeueAfterMs: 20_000,
    why: 'OCM has 30 s to report',
  },
  {
    what: 'a ManifestWorkReplicaSet that has waited for OCM for 30 s',
    step: { kind: 'converging', terminating: [], isHubUpToDate: true, ...reported, unreportedSince: ms(30) },
    outcome: { ...applied, upToDate: true, notReconciledByOcm: true },
    why: 'the watch event of a report would lead to the next reconcile',
  },
  {
    what: 'a ManifestWorkReplicaSet that has waited for OCM for an hour',
    step: { kind: 'converging', terminating: [], isHubUpToDate: true, ...reported, unreportedSince: ms(3600) },
    outcome: { ...applied, upToDate: true, notReconciledByOcm: true },
    why: 'the same status, for as long as it takes',
  },
  {
    what: 'blocked while a ManifestWorkReplicaSet waits for OCM',
    step: { kind: 'blocked', write: 'apply', block, ...reported, unreportedSince: ms(29) },
    outcome: { blocked: block },
    backoff: { fromMs: 10_000, toMs: 120_000 },
    why: 'the block is retried on its own schedule',
  },
  {
    what: 'a ManifestWorkReplicaSet that is being replaced',
    step: { kind: 'applied', terminating: [], isHubUpToDate: false, ...reported },
    context: {
      applied: [stateOf(aReplicaSet('new'), [aWork('a')]), stateOf(aReplicaSet('old'), [aWork('c'), aWork('b')])],
    },
    outcome: { ...applied, supersededOn: ['b', 'c'] },
    why: 'the Workload is still on its clusters',
  },
  {
    what: 'a ManifestWorkReplicaSet with the namespace that is being replaced by one without it',
    step: { kind: 'applied', terminating: [], isHubUpToDate: false, ...reported },
    context: { lifecycle: guest, applied: [stateOf(aReplicaSet('new')), stateOf(containing('old'), [aWork('a')])] },
    outcome: { ...applied, supersededOn: ['a'] },
    why: 'a deletion now deletes the namespace, too',
  },
  {
    what: 'a ManifestWorkReplicaSet with the namespace that is being deleted',
    step: { kind: 'pruning', pruning: [], ...reported },
    context: {
      lifecycle: guest,
      applied: [stateOf(terminatingSet(containing('old')), [aWork('a', { deleting: true })])],
    },
    outcome: { ...applied, lifecycle: guest, leaving: ['a'] },
    why: 'a deletion adds nothing to that',
  },
  {
    what: 'a render without a ManifestWorkReplicaSet over an applied one',
    step: { kind: 'converging', terminating: [], isHubUpToDate: false, ...empty },
    deployment: { ...placedDeployment(), status: { workload: { namespace: 'shop', name: 'old' } } },
    context: { lifecycle: guest, rendersWorks: false, applied: [stateOf(containing('old'), [aWork('a')])] },
    outcome: {
      ...empty,
      ...applied,
      workload: { namespace: 'shop', name: 'old' },
      rendersNoWorks: true,
      supersededOn: ['a'],
    },
    why: 'what is applied stays, and owns the namespace',
  },
  {
    what: 'a render without a ManifestWorkReplicaSet when none is applied',
    step: { kind: 'converging', terminating: [], isHubUpToDate: true, ...empty },
    context: { lifecycle: guest, rendersWorks: false },
    outcome: { ...empty, ...applied, lifecycle: guest, rendersNoWorks: true, upToDate: true },
    why: 'there is nothing to tell about but the render',
  },
  {
    what: 'a block whose status was lost, as in a backup',
    step: { kind: 'blocked', write: 'apply', block, ...reported },
    context: { lifecycle: guest, applied: [stateOf(containing('new'), [aWork('a')])] },
    outcome: { blocked: block, lifecycle: owned },
    backoff: { fromMs: 10_000, toMs: 120_000 },
    why: 'what is on the hub tells the lifecycle',
  },
  {
    what: 'a namespace that is orphaned',
    step: { kind: 'done', ...reported },
    context: { lifecycle: kept, applied: [stateOf(containing('new'), [aWork('a', { applied: 'never' })])] },
    outcome: { ...applied, lifecycle: kept, upToDate: true, orphanUnconfirmedOn: ['a'] },
    why: 'the agent of a has not confirmed it',
  },
  {
    what: 'a blocked render that would orphan the namespace',
    step: { kind: 'blocked', write: 'apply', block, ...reported },
    deployment: placedDeployment({ lifecycle: owned }),
    context: { lifecycle: kept, applied: [stateOf(containing('new'), [aWork('a', { applied: 'never' })])] },
    outcome: { blocked: block, lifecycle: owned },
    backoff: { fromMs: 10_000, toMs: 120_000 },
    why: 'what is applied owns the namespace',
  },
  {
    what: 'a blocked render over an orphaned namespace',
    step: { kind: 'blocked', write: 'apply', block, ...reported },
    deployment: placedDeployment({ lifecycle: kept }),
    context: { applied: [stateOf(containing('new'), [aWork('a', { applied: 'never' })])] },
    outcome: { blocked: block, lifecycle: kept, orphanUnconfirmedOn: ['a'] },
    backoff: { fromMs: 10_000, toMs: 120_000 },
    why: 'what is applied orphans the namespace',
  },
  {
    what: 'a Workload that is applied in another namespace',
    step: { kind: 'done', ...reported },
    deployment: { ...placedDeployment(), status: { workload: { namespace: 'store', name: 'web' } } },
    context: { lifecycle: kept, applied: [stateOf(containing('new'), [aWork('a', { applied: 'never' })])] },
    outcome: { ...applied, lifecycle: kept, upToDate: true, orphanUnconfirmedOn: [] },
    why: 'the namespace in the status is the one that may be deleted',
  },
];

describe('the outcome of a step', () => {
  for (const {
    what,
    step,
    deployment = placedDeployment(),
    context = {},
    outcome,
    requeueAfterMs,
    backoff,
    why,
  } of rows) {
    it(`of ${what}: ${why}`, () => {
      assert.deepEqual(
        outcomeOf(step, { deployment, lifecycle: owned, rendersWorks: true, applied: [], ...context }, now),
        {
          outcome: { ...nothing, ...outcome },
          ...(requeueAfterMs === undefined ? {} : { requeueAfterMs }),
          ...(backoff === undefined ? {} : { backoff }),
        },
      );
    });
  }
});

describe('the outcome without a step', () => {
  const failures: { reason: string; isRetried: boolean; why: string }[] = [
    { reason: 'DeadlineExceeded', isRetried: true, why: 'the machine may have been busy' },
    { reason: 'OutOfMemory', isRetried: true, why: 'the machine may have been busy' },
    { reason: 'EngineFailed', isRetried: true, why: 'a new engine may succeed' },
    { reason: 'InvalidParameter', isRetried: false, why: 'the same properties fail again' },
    { reason: 'ReferenceNotFound', isRetried: false, why: 'a watch event shows when the object exists' },
  ];
  for (const { reason, isRetried, why } of failures) {
    it(`is ${isRetried ? 'retried' : 'not retried'} after ${reason}: ${why}`, () => {
      const context = { deployment: placedDeployment(), applied: [] };
      assert.deepEqual(outcomeWithoutStep({ reason }, reported, context), {
        outcome: nothing,
        ...(isRetried ? { backoff: { fromMs: 10_000, toMs: 120_000 } } : {}),
      });
    });
  }

  it('tells the lifecycle of what is applied if the status was lost', () => {
    const context = { deployment: placedDeployment(), applied: [stateOf(containing('web'), [aWork('a')])] };
    const { outcome } = outcomeWithoutStep({ reason: 'InvalidParameter' }, reported, context);
    assert.deepEqual(outcome.lifecycle, owned);
  });

  it('tells the clusters that are being left', () => {
    const works = [aWork('a', { deleting: true })];
    const context = { deployment: placedDeployment(), applied: [stateOf(containing('web'), works)] };
    assert.deepEqual(outcomeWithoutStep({ reason: 'InvalidParameter' }, reported, context).outcome.leaving, ['a']);
  });

  const unconfirmed = [stateOf(containing('new'), [aWork('a', { applied: 'never' })])];
  for (const { lifecycle, orphanUnconfirmedOn, why } of [
    { lifecycle: kept, orphanUnconfirmedOn: ['a'], why: 'messages of rules tell users to wait until it is empty' },
    { lifecycle: owned, orphanUnconfirmedOn: undefined, why: 'what is applied owns the namespace' },
  ]) {
    it(`has ${orphanUnconfirmedOn === undefined ? 'no clusters' : 'the clusters'} without a confirmed orphan: ${why}`, () => {
      const context = { deployment: placedDeployment({ lifecycle }), applied: unconfirmed };
      const { outcome } = outcomeWithoutStep({ reason: 'InvalidParameter' }, reported, context);
      assert.deepEqual(outcome.orphanUnconfirmedOn, orphanUnconfirmedOn);
    });
  }
});
