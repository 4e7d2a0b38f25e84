import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonValue } from '../../../src/api/object.ts';
import {
  appliedClusters,
  readDeploymentStatus,
  type DeploymentStatusFacts,
} from '../../../src/domain/spoke/from-status.ts';
import { anyJson } from '../../support/any-json.ts';
import { requestObject } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';

const object: UncheckedObject = requestObject(deployment('team'));

const condition = (type: string, status: string, reason: JsonValue) => ({ type, status, reason });
const waiting = [condition('Applied', 'False', 'Applying')];

describe('what the status of a deployment says about the spokes', () => {
  const cases: { what: string; status: JsonValue; state: Partial<DeploymentStatusFacts>; why: string }[] = [
    { what: 'an empty status', status: {}, state: {}, why: 'the controller has not reconciled it' },
    {
      what: 'selected clusters',
      status: { selectedClusters: ['b', 'a'], pendingClusters: ['b'], conditions: waiting },
      state: { clusters: ['a', 'b'], unappliedClusters: ['b'], notAppliedReason: 'Applying' },
      why: 'they are sorted',
    },
    {
      what: 'an empty list with NoClustersSelected',
      status: { selectedClusters: [], conditions: [condition('Applied', 'False', 'NoClustersSelected')] },
      state: { clusters: [], notAppliedReason: 'NoClustersSelected' },
      why: 'it is known to be on no cluster',
    },
    {
      what: 'an empty list while it is being applied',
      status: { selectedClusters: [], conditions: waiting },
      state: { notAppliedReason: 'Applying' },
      why: 'the ManifestWorks are still being created',
    },
    {
      what: 'Applied=True',
      status: { conditions: [condition('Resolved', 'False', 'Gone'), condition('Applied', 'True', 'Applied')] },
      state: {},
      why: 'other conditions do not count',
    },
    {
      what: 'an effective lifecycle',
      status: { effectiveLifecycle: { spokeNamespace: { create: true, orphan: true }, workload: { orphan: true } } },
      state: { lifecycle: { spokeNamespace: { create: true, orphan: true }, workload: { orphan: true } } },
      why: 'the controller read it from the render',
    },
    {
      what: 'an incomplete lifecycle',
      status: { effectiveLifecycle: { spokeNamespace: { create: true } } },
      state: {},
      why: 'the missing half is not known',
    },
    {
      what: 'an Environment',
      status: { environment: { namespace: 'team', name: 'primary', revision: 4, version: '1.3.6' } },
      state: { environment: { namespace: 'team', name: 'primary', revision: 4 } },
      why: 'its render is applied',
    },
    {
      what: 'a Workload',
      status: { workload: { namespace: 'shop', name: 'old' } },
      state: { workload: { namespace: 'shop', name: 'old' } },
      why: 'the spec may ask for another one',
    },
    {
      what: 'an Environment without a revision',
      status: { environment: { namespace: 'team', name: 'primary', revision: '4' } },
      state: {},
      why: 'a string is not a revision',
    },
    {
      what: 'an Environment without a name',
      status: { environment: { namespace: 'team', revision: 4 } },
      state: {},
      why: 'the name is required',
    },
    {
      what: 'malformed fields',
      status: {
        selectedClusters: 'a',
        pendingClusters: [1, 'a'],
        conditions: [7, { type: 'Applied', status: 'False' }],
      },
      state: { unappliedClusters: ['a'] },
      why: 'malformed values are absent',
    },
    {
      what: 'clusters where orphan: true is pending',
      status: { pendingClusters: ['b', 'a'], orphanPendingClusters: ['b'] },
      state: { unappliedClusters: ['a', 'b'], orphanUnconfirmedOn: ['b'] },
      why: 'other clusters are pending for other reasons',
    },
    {
      what: 'clusters that are being left',
      status: { leavingClusters: ['b', 'a'] },
      state: { leavingClusters: ['a', 'b'] },
      why: 'they are sorted',
    },
    {
      what: 'an empty list with NoWorksRendered',
      status: { selectedClusters: [], conditions: [condition('Applied', 'False', 'NoWorksRendered')] },
      state: { clusters: [], notAppliedReason: 'NoWorksRendered' },
      why: 'no ManifestWork is created',
    },
    {
      what: 'no ManifestWorkReplicaSet and no cluster',
      status: { selectedClusters: [], replicaSets: [] },
      state: { isNowhere: true },
      why: 'the controller has found nothing, as after a first render that fails',
    },
    {
      what: 'a ManifestWorkReplicaSet without clusters',
      status: { selectedClusters: [], replicaSets: [{ namespace: 'hub', name: 'web' }] },
      state: {},
      why: 'its ManifestWorks may be being created',
    },
    {
      what: 'clusters without a ManifestWorkReplicaSet',
      status: { selectedClusters: ['a'], replicaSets: [] },
      state: { clusters: ['a'] },
      why: 'the topology renders none any more, and the one that is applied stays',
    },
    { what: 'a string', status: 'x', state: {}, why: 'files may contain anything' },
  ];
  for (const { what, status, state, why } of cases) {
    it(`is read from ${what}: ${why}`, () => {
      assert.deepEqual(readDeploymentStatus({ ...object, status } as UncheckedObject), {
        unappliedClusters: [],
        orphanUnconfirmedOn: state.unappliedClusters ?? [],
        leavingClusters: [],
        isNowhere: false,
        ...state,
      });
    });
  }

  it('is read from any status', () => {
    const status = fc.record({
      effectiveLifecycle: fc.oneof(anyJson, fc.record({ spokeNamespace: anyJson, workload: anyJson })),
      environment: anyJson,
      conditions: fc.oneof(
        anyJson,
        fc.array(fc.record({ type: fc.constant('Applied'), status: anyJson, reason: anyJson })),
      ),
      selectedClusters: anyJson,
      pendingClusters: anyJson,
    });
    fc.assert(
      fc.property(fc.oneof(anyJson, status), (given) => {
        const state = readDeploymentStatus({ ...object, status: given } as UncheckedObject);
        for (const name of [...state.unappliedClusters, ...(state.clusters ?? [])]) assert.equal(typeof name, 'string');
      }),
    );
  });
});

describe('the clusters on which a deployment is applied', () => {
  it('are its clusters except those that are not applied', () => {
    assert.deepEqual(appliedClusters({ clusters: ['a', 'b'], unappliedClusters: ['b', 'c'] }), ['a']);
    assert.deepEqual(appliedClusters({ unappliedClusters: ['b'] }), []);
  });
});
