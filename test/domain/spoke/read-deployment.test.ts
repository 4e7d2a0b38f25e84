import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonValue, KubeObject } from '../../../src/api/object.ts';
import { readDeploymentStatus, type DeploymentStatusFacts } from '../../../src/domain/spoke/read-deployment.ts';
import { anyJson } from '../../support/any-json.ts';
import { requestObject } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';
import { workloadNames } from '../../../src/domain/spoke/workload-names.ts';

const asking = (workload: JsonValue): UncheckedObject =>
  requestObject({ ...deployment('team'), spec: { workload } } as KubeObject);

describe('the names that a deployment asks for', () => {
  const its = { deployment: { namespace: 'team', name: 'web' } };
  const cases: { workload: JsonValue; names: { namespace: string; workload: string } | undefined; why: string }[] = [
    { workload: { name: 'a', namespace: 'b' }, names: { namespace: 'b', workload: 'a' }, why: 'both are there' },
    { workload: { name: 'a' }, names: { namespace: 'team', workload: 'a' }, why: 'its own namespace by default' },
    { workload: { name: 'a', namespace: '' }, names: { namespace: 'team', workload: 'a' }, why: 'empty is absent' },
    { workload: { name: 'a', namespace: 7 }, names: { namespace: 'team', workload: 'a' }, why: 'a number is no name' },
    { workload: { namespace: 'b' }, names: undefined, why: 'it does not say what it makes' },
    { workload: { name: 7 }, names: undefined, why: 'a number is no name' },
    { workload: 'a', names: undefined, why: 'it does not say what it makes' },
  ];
  for (const { workload, names, why } of cases) {
    it(`with ${JSON.stringify(workload)} are ${names === undefined ? 'none' : `${names.namespace}/${names.workload}`}: ${why}`, () => {
      assert.deepEqual(workloadNames(asking(workload)), names && { ...its, ...names });
    });
  }

  it('are there for an object without a namespace, as in a file', () => {
    const { namespace: _, ...metadata } = deployment('team').metadata;
    const names = workloadNames({ ...asking({ name: 'a' }), metadata });
    assert.deepEqual(names, { deployment: { namespace: '', name: 'web' }, namespace: '', workload: 'a' });
  });
});

const condition = (type: string, status: string, reason: JsonValue) => ({ type, status, reason });
const waiting = [condition('Applied', 'False', 'Applying')];

describe('what the status of a deployment says of its works', () => {
  const cases: { what: string; status: JsonValue; state: Partial<DeploymentStatusFacts>; why: string }[] = [
    { what: 'nothing', status: {}, state: {}, why: 'the controller has not seen it' },
    {
      what: 'where it is',
      status: { selectedClusters: ['b', 'a'], pendingClusters: ['b'], conditions: waiting },
      state: { clusters: ['a', 'b'], unappliedClusters: ['b'], notAppliedReason: 'Applying' },
      why: 'sorted',
    },
    {
      what: 'no cluster, as none is selected',
      status: { selectedClusters: [], conditions: [condition('Applied', 'False', 'NoClustersSelected')] },
      state: { clusters: [], notAppliedReason: 'NoClustersSelected' },
      why: 'it is nowhere, and that is known',
    },
    {
      what: 'no cluster yet',
      status: { selectedClusters: [], conditions: waiting },
      state: { notAppliedReason: 'Applying' },
      why: 'works are still being made, so where it will be is unknown',
    },
    {
      what: 'that it is applied',
      status: { conditions: [condition('Resolved', 'False', 'Gone'), condition('Applied', 'True', 'Applied')] },
      state: {},
      why: 'other conditions do not count',
    },
    {
      what: 'what it does with its namespace',
      status: { effectiveLifecycle: { spokeNamespace: { create: true, orphan: true }, workload: { orphan: true } } },
      state: { lifecycle: { spokeNamespace: { create: true, orphan: true }, workload: { orphan: true } } },
      why: 'as the controller read it off the render',
    },
    {
      what: 'half of a lifecycle',
      status: { effectiveLifecycle: { spokeNamespace: { create: true } } },
      state: {},
      why: 'half of it says nothing for sure',
    },
    {
      what: 'which Environment it uses',
      status: { environment: { namespace: 'team', name: 'primary', revision: 4, version: '1.3.6' } },
      state: { environment: { namespace: 'team', name: 'primary', revision: 4 } },
      why: 'the revision whose render is applied',
    },
    {
      what: 'which Workload is applied',
      status: { workload: { namespace: 'shop', name: 'old' } },
      state: { workload: { namespace: 'shop', name: 'old' } },
      why: 'the spec may ask for another by now',
    },
    {
      what: 'an Environment without a revision',
      status: { environment: { namespace: 'team', name: 'primary', revision: '4' } },
      state: {},
      why: 'a text is no revision',
    },
    {
      what: 'an Environment without a name',
      status: { environment: { namespace: 'team', revision: 4 } },
      state: {},
      why: 'it could be any',
    },
    {
      what: 'odd things',
      status: {
        selectedClusters: 'a',
        pendingClusters: [1, 'a'],
        conditions: [7, { type: 'Applied', status: 'False' }],
      },
      state: { unappliedClusters: ['a'] },
      why: 'what is odd is absent',
    },
    {
      what: 'where a namespace that is to be kept may still go',
      status: { pendingClusters: ['b', 'a'], orphanPendingClusters: ['b'] },
      state: { unappliedClusters: ['a', 'b'], orphanUnconfirmedOn: ['b'] },
      why: 'not all that waits is about the namespace',
    },
    { what: 'a text', status: 'x', state: {}, why: 'files may hold anything' },
  ];
  for (const { what, status, state, why } of cases) {
    it(`is read off ${what}: ${why}`, () => {
      assert.deepEqual(readDeploymentStatus({ ...asking({ name: 'a' }), status } as UncheckedObject), {
        unappliedClusters: [],
        orphanUnconfirmedOn: state.unappliedClusters ?? [],
        ...state,
      });
    });
  }

  it('is read off any status', () => {
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
        const state = readDeploymentStatus({ ...asking({ name: 'a' }), status: given } as UncheckedObject);
        for (const name of [...state.unappliedClusters, ...(state.clusters ?? [])]) assert.equal(typeof name, 'string');
      }),
    );
  });
});
