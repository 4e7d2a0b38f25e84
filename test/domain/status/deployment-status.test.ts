import assert from 'node:assert/strict';
import type { WorkloadDeploymentStatus } from '../../../src/api/workload-deployment.ts';
import {
  deletingStatus,
  deploymentStatus,
  type DeploymentOutcome,
} from '../../../src/domain/status/deployment-status.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';

const reference = { namespace: 'team', name: 'primary', revision: 4, version: '1.3.6' };
const lifecycle = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
const done: DeploymentOutcome = {
  generation: 3,
  resolved: { ok: true },
  environment: reference,
  workloadProfile: { namespace: 'team', name: 'web', revision: 1 },
  rendered: { ok: true },
  lifecycle,
  replicaSets: [aReplicaSet()],
  progress: { selectedClusters: ['a', 'b'], unappliedClusters: [], expected: 2, failures: [] },
  supersededOn: [],
  leaving: [],
  terminating: [],
  pruning: [],
  upToDate: true,
  notReconciledByOcm: false,
};
const clusters = Array.from({ length: 12 }, (_, index) => `c${index}`);

const applied: { what: string; change: Partial<DeploymentOutcome>; reason: string; why: string }[] = [
  { what: 'everything is done', change: {}, reason: 'Applied', why: 'it is applied on every selected cluster' },
  {
    what: 'old objects are pruned',
    change: { pruning: ['Placement old'] },
    reason: 'RemovingOld',
    why: 'the new ones are applied',
  },
  {
    what: 'a ref is not found',
    change: { resolved: { ok: false, reason: 'ReferenceNotFound', message: 'gone' } },
    reason: 'ReferenceNotFound',
    why: 'the applied objects stay unchanged',
  },
  {
    what: 'the render fails',
    change: { rendered: { ok: false, reason: 'InvalidParameter', message: 'no' } },
    reason: 'InvalidParameter',
    why: 'the applied objects stay unchanged',
  },
  {
    what: 'a name is taken',
    change: { blocked: { reason: 'NameTaken', message: 'taken' } },
    reason: 'NameTaken',
    why: 'the other object is not overwritten',
  },
  {
    what: 'OCM does not reconcile the ManifestWorkReplicaSets',
    change: { notReconciledByOcm: true },
    reason: 'ReplicaSetsNotEnabled',
    why: 'the feature gate is off',
  },
  {
    what: 'no cluster is selected',
    change: { progress: { selectedClusters: [], unappliedClusters: [], expected: 0, failures: [] } },
    reason: 'NoClustersSelected',
    why: 'there is no cluster to apply to',
  },
  {
    what: 'the topology renders no ManifestWorkReplicaSet',
    change: { rendersNoWorks: true },
    reason: 'NoWorksRendered',
    why: 'clusters may be selected, but nothing is applied to them',
  },
  {
    what: 'a cluster is behind',
    change: { progress: { selectedClusters: ['a', 'b'], unappliedClusters: ['b'], expected: 2, failures: [] } },
    reason: 'Applying',
    why: 'it is not applied everywhere yet',
  },
  {
    what: 'ManifestWorks are missing',
    change: { progress: { selectedClusters: ['a'], unappliedClusters: [], expected: 2, failures: [] } },
    reason: 'Applying',
    why: 'OCM has not created them yet',
  },
  {
    what: 'a spoke rejects a manifest',
    change: {
      progress: {
        selectedClusters: ['a'],
        unappliedClusters: ['a'],
        expected: 1,
        failures: [{ cluster: 'a', message: 'forbidden' }],
      },
    },
    reason: 'ApplyFailed',
    why: 'the message of the spoke is shown',
  },
];

const conditionOf = ({ conditions = [] }: WorkloadDeploymentStatus, type: string) =>
  conditions.find((condition) => condition.type === type);

describe('the status of a deployment', () => {
  it('stays within the limits of its schema', () => {
    const message = 'x'.repeat(40_000);
    const replicaSets = Array.from({ length: 100 }, (_, index) => aReplicaSet(`w${index}`));
    const failures = [{ cluster: 'a', message }];
    const progress = { selectedClusters: ['a'], unappliedClusters: ['a'], expected: 1, failures };
    const changes: Partial<DeploymentOutcome>[] = [
      { resolved: { ok: false, reason: 'ReferenceNotFound', message } },
      { rendered: { ok: false, reason: 'InvalidParameter', message } },
      { blocked: { reason: 'WorkloadConflict', message } },
      { progress },
    ];
    for (const change of changes) {
      const status = deploymentStatus({ ...done, ...change, replicaSets });
      assert.equal(status.replicaSets?.length, 64);
      assert.ok(status.conditions?.every((condition) => (condition.message ?? '').length <= 4096));
    }
  });

  for (const { what, change, reason, why } of applied) {
    it(`has reason ${reason} when ${what}: ${why}`, () => {
      const condition = conditionOf(deploymentStatus({ ...done, ...change }), 'Applied');
      assert.equal(condition?.reason, reason);
      assert.equal(condition.status, ['Applied', 'RemovingOld'].includes(reason) ? 'True' : 'False');
    });
  }

  const acknowledged: { change: Partial<DeploymentOutcome>; before?: string; consumed: boolean; why: string }[] = [
    { change: { acknowledgement: 'InUse' }, consumed: true, why: 'the write that it was given for is done' },
    {
      change: {
        acknowledgement: 'InUse',
        progress: { selectedClusters: ['a'], unappliedClusters: ['a'], expected: 1, failures: [] },
      },
      consumed: true,
      why: 'a cluster that is never applied does not prolong it',
    },
    {
      change: { acknowledgement: 'InUse', upToDate: false },
      consumed: false,
      why: 'there is still something to apply or to prune',
    },
    {
      change: { acknowledgement: 'InUse', upToDate: false },
      before: 'InUse',
      consumed: true,
      why: 'it was consumed before',
    },
    {
      change: { acknowledgement: 'UnpinnedRef', upToDate: false },
      before: 'InUse',
      consumed: false,
      why: 'it was replaced by another one',
    },
    { change: {}, before: 'InUse', consumed: false, why: 'it was removed, so that it can be given again' },
  ];
  for (const { change, before, consumed, why } of acknowledged) {
    it(`reports that an acknowledgement is ${consumed ? '' : 'not '}consumed: ${why}`, () => {
      const status = deploymentStatus({ ...done, ...change }, before === undefined ? {} : { acknowledged: before });
      assert.equal(status.acknowledged, consumed ? change.acknowledgement : undefined);
    });
  }

  it('has no generation if the object has none, as in a file', () => {
    assert.equal('observedGeneration' in deploymentStatus({ ...done, generation: undefined }), false);
  });

  it('has the same bytes for the same state, without times', () => {
    assert.deepEqual(deploymentStatus(done), deploymentStatus(structuredClone(done)));
    assert.doesNotMatch(JSON.stringify(deploymentStatus(done)), /Time/);
  });

  it('keeps the fields that a failed step could not determine', () => {
    const workload = { namespace: 'shop', name: 'web' };
    const previous = deploymentStatus({ ...done, workload });
    const failed = deploymentStatus(
      {
        generation: 4,
        resolved: { ok: false, reason: 'ReferenceNotFound', message: 'gone' },
        replicaSets: [],
        supersededOn: [],
        leaving: [],
        terminating: [],
        pruning: [],
        upToDate: false,
        notReconciledByOcm: false,
      },
      previous,
    );
    assert.deepEqual(failed.environment, reference);
    assert.deepEqual(failed.effectiveLifecycle, lifecycle);
    assert.deepEqual(failed.workload, workload);
    assert.equal(failed.observedGeneration, 4);
    assert.equal(conditionOf(failed, 'Rendered'), undefined, 'it was not rendered');
  });

  it('lists clusters with superseded ManifestWorks as selected and as pending', () => {
    const progress = { selectedClusters: ['b', 'd'], unappliedClusters: ['d'], expected: 2, failures: [] };
    const status = deploymentStatus({ ...done, progress, supersededOn: ['a', 'b', 'c'] });
    assert.deepEqual(status.selectedClusters, ['a', 'b', 'c', 'd']);
    assert.deepEqual(status.pendingClusters, ['a', 'c', 'd']);
  });

  const nowhere = { selectedClusters: [], unappliedClusters: [], expected: 0, failures: [] };
  const messages: { change: Partial<DeploymentOutcome>; says: string; why: string }[] = [
    { change: { leaving: ['c', 'd'] }, says: 'applied on a, b; being removed from c, d', why: 'they are left' },
    {
      change: { leaving: ['c'], pruning: ['Placement old'] },
      says: 'applied on a, b; removing Placement old; being removed from c',
      why: 'both go on',
    },
    {
      change: { leaving: ['a'], progress: { ...nowhere, expected: 1 } },
      says: 'applied on 0 of 1 clusters; being removed from a',
      why: 'OCM creates the ManifestWork again when the old one is gone',
    },
    {
      change: { progress: nowhere, leaving: ['a'] },
      says: 'no cluster is selected; being removed from a',
      why: 'the Workload is still there',
    },
    {
      change: { progress: nowhere, supersededOn: ['a'] },
      says: 'no cluster is selected; what is to be replaced stays on a',
      why: 'the old ManifestWorks are not pruned',
    },
    {
      change: { rendersNoWorks: true, progress: nowhere },
      says: 'the topology renders no ManifestWorkReplicaSet for this deployment',
      why: 'nothing is applied',
    },
    {
      change: { rendersNoWorks: true, progress: nowhere, supersededOn: ['a'] },
      says: 'the topology renders no ManifestWorkReplicaSet for this deployment; what was applied before stays on a',
      why: 'clusters may be selected',
    },
  ];
  for (const { change, says, why } of messages) {
    it(`says "${says}": ${why}`, () => {
      assert.equal(conditionOf(deploymentStatus({ ...done, ...change }), 'Applied')?.message, says);
    });
  }

  it('lists at most 100 clusters that are being left, and has no such field if there are none', () => {
    const leaving = Array.from({ length: 120 }, (_, index) => `c${index}`);
    assert.deepEqual(deploymentStatus({ ...done, leaving }).leavingClusters, leaving.slice(0, 100));
    assert.equal('leavingClusters' in deploymentStatus(done), false);
  });

  it('waits for objects of the render that are being deleted, whatever the clusters', () => {
    const progress = { selectedClusters: [], unappliedClusters: [], expected: 0, failures: [] };
    const status = deploymentStatus({ ...done, progress, terminating: ['ManifestWorkReplicaSet web'] });
    assert.deepEqual(conditionOf(status, 'Applied'), {
      type: 'Applied',
      status: 'False',
      reason: 'Applying',
      message: 'waiting for ManifestWorkReplicaSet web to be deleted before it is created again',
    });
  });

  it('lists clusters that have not confirmed orphaning, if the namespace is orphaned', () => {
    assert.deepEqual(deploymentStatus({ ...done, orphanUnconfirmedOn: ['a'] }).orphanPendingClusters, ['a']);
    assert.equal('orphanPendingClusters' in deploymentStatus(done), false);
  });

  it('explains what a progressive rollout waits for', () => {
    const rolling = (type: string) => {
      const set = aReplicaSet();
      const placementRefs = [{ name: 'web', rolloutStrategy: { type } }];
      return [{ ...set, spec: { ...set.spec, placementRefs } }];
    };
    const message = (type: string, pending: string[]) => {
      const progress = { selectedClusters: ['a'], unappliedClusters: pending, expected: 2, failures: [] };
      return conditionOf(deploymentStatus({ ...done, replicaSets: rolling(type), progress }), 'Applied')?.message ?? '';
    };
    assert.match(
      message('Progressive', []),
      /^applied on 1 of 2 clusters; rollout Progressive continues when .*conditionRules/,
    );
    assert.match(message('ProgressivePerGroup', []), /rollout ProgressivePerGroup/);
    assert.equal(message('All', []), 'applied on 1 of 2 clusters');
    assert.equal(message('Progressive', ['a']), 'applied on 0 of 2 clusters; waiting for a');
  });

  it('names ten clusters and counts the others', () => {
    const status = deploymentStatus({
      ...done,
      progress: { selectedClusters: clusters, unappliedClusters: [], expected: 12, failures: [] },
    });
    assert.match(conditionOf(status, 'Applied')?.message ?? '', /c9 and 2 more$/);
    assert.equal(status.selectedClusters?.length, 12);
  });

  it("contains OCM's summary, if there is one", () => {
    const summary = { total: 2, applied: 1 };
    const status = deploymentStatus({
      ...done,
      replicaSets: [{ ...aReplicaSet(), status: { summary } }, aReplicaSet('b')],
    });
    assert.deepEqual(status.replicaSets, [
      { namespace: 'hub', name: 'web', total: 2, applied: 1 },
      { namespace: 'hub', name: 'b' },
    ]);
  });

  it('says why the objects of a deleted deployment cannot be deleted', () => {
    const failure = { reason: 'HubNamespaceNotOpen', message: 'hub namespace hub is not open' } as const;
    const status = deletingStatus(['Placement hub/web'], deploymentStatus(done), failure);
    assert.deepEqual(conditionOf(status, 'Deleting'), { type: 'Deleting', status: 'True', ...failure });
  });

  it('names the objects that a deletion waits for, and keeps the other fields', () => {
    const status = deletingStatus(['Placement hub/web'], deploymentStatus(done));
    assert.match(conditionOf(status, 'Deleting')?.message ?? '', /Placement hub\/web/);
    assert.ok(conditionOf(status, 'Applied'));
    assert.deepEqual(deletingStatus(['Placement hub/web'], status), status, 'the condition is not repeated');
    assert.doesNotMatch(conditionOf(deletingStatus([]), 'Deleting')?.message ?? '', /waiting/);
  });
});
