import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import type { UncheckedObject } from '../../src/api/unchecked-object.ts';
import { readStamp } from '../../src/domain/revisions/revision.ts';
import { ObjectStore } from '../../src/offline/object-store.ts';
import { recordRevision } from '../../src/offline/record-revision.ts';
import { settle } from '../../src/offline/settle.ts';
import { customTopology } from '../support/custom-topology.ts';
import { requestObject, stampedAs } from '../support/facts.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { offlineOptions } from '../support/offline-options.ts';

const applied = {
  selectedClusters: ['one', 'two'],
  pendingClusters: [],
  environment: { namespace: 'team', name: 'primary', revision: 1 },
  effectiveLifecycle: { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } },
};
const notApplied = { selectedClusters: ['one', 'two'], pendingClusters: ['one', 'two'] };

function storeOf(...objects: KubeObject[]): ObjectStore {
  const store = new ObjectStore();
  for (const object of objects) {
    store.put(requestObject(object));
    recordRevision(requestObject(object), store, offlineOptions.hash);
  }
  return store;
}

/** Settles an edit of an object in the store, with the stamp of the next revision, as the webhook sets it. */
async function edit(store: ObjectStore, object: KubeObject): Promise<void> {
  const { namespace = '', name } = object.metadata;
  const oldObject = store.get(object.kind, namespace, name) ?? assert.fail();
  const revision = readStamp(oldObject.metadata)?.revision;
  const status = oldObject.status === undefined ? {} : { status: oldObject.status };
  const edited: UncheckedObject = { ...requestObject(object), ...status };
  const stamped = revision === undefined ? edited : stampedAs(edited, revision + 1);
  await settle(stamped, oldObject, store, offlineOptions);
}

const placed = (fields: Parameters<typeof deployment>[1] = {}): KubeObject =>
  Object.assign(deployment('team', fields), { status: applied });
const statusOf = (store: ObjectStore, name = 'web') => store.get('WorkloadDeployment', 'team', name)?.status;

describe('the status of a deployment after an edit is admitted', () => {
  const cases: { change: string; object: KubeObject; status: object; why: string }[] = [
    {
      change: 'its ref is pinned to the revision that it meant',
      object: deployment('team', { environmentRef: 'primary@v1' }),
      status: applied,
      why: 'the render stays the same',
    },
    {
      change: 'its ref means another Environment',
      object: deployment('team', { environmentRef: 'second' }),
      status: {},
      why: 'its clusters are not known',
    },
    {
      change: 'its Workload has another namespace',
      object: deployment('team', { spokeNamespace: 'store' }),
      status: notApplied,
      why: 'the new render is applied nowhere yet',
    },
    {
      change: 'the topology of its Environment',
      object: environment('team', { topology: { type: 'topology-ocm-byop' } }),
      status: notApplied,
      why: 'it uses the newest revision',
    },
    {
      change: 'another Environment',
      object: environment('team', { name: 'second', topology: { type: 'topology-ocm-byop' } }),
      status: applied,
      why: 'the deployment does not use it',
    },
    {
      change: 'policies of its Environment alone',
      object: Object.assign(environment('team'), { spec: { ...environment('team').spec, policies: [] } }),
      status: applied,
      why: 'the topology renders the same',
    },
    {
      change: 'its profile',
      object: Object.assign(profile('team'), { spec: { components: [] } }),
      status: applied,
      why: 'a profile does not decide about namespaces',
    },
  ];
  for (const { change, object, status, why } of cases) {
    it(`is ${status === applied ? 'the same' : 'reset'} after a change of ${change}: ${why}`, async () => {
      const store = storeOf(environment('team'), environment('team', { name: 'second' }), profile('team'), placed());
      await edit(store, object);
      assert.deepEqual(statusOf(store), status);
    });
  }

  it('is the same if the deployment is pinned to an older revision of an edited Environment', async () => {
    const store = storeOf(environment('team'), placed({ environmentRef: 'primary@v1' }));
    await edit(store, environment('team', { topology: { type: 'topology-ocm-byop' } }));
    assert.deepEqual(statusOf(store), applied);
  });

  it('is reset by an edit of the custom topology of its Environment', async () => {
    const store = storeOf(
      customTopology('ours', 'output: {}'),
      environment('team', { topology: { type: 'ours' } }),
      environment('team', { name: 'second' }),
      placed(),
      placed({ name: 'other', environmentRef: 'second' }),
    );
    await edit(store, customTopology('ours', 'output: {a: 1}'));
    assert.deepEqual([statusOf(store), statusOf(store, 'other')], [notApplied, applied]);
  });
});

describe('an Environment after an edit is admitted', () => {
  it('has no readiness until the aggregator evaluates it', async () => {
    const conditions = [
      { type: 'EnvironmentReady', status: 'True' },
      { type: 'Rendered', status: 'True' },
    ];
    const store = storeOf(Object.assign(environment('team'), { status: { conditions } }));
    await edit(store, environment('team', { topology: { type: 'topology-ocm-byop' } }));
    const { status, metadata } = store.get('Environment', 'team', 'primary') ?? assert.fail();
    assert.equal(metadata.generation, 1);
    assert.deepEqual(status, { revision: 2, versions: {}, conditions: [conditions[1]] });
    assert.ok(store.get('DefinitionRevision', 'team', 'environment.primary.v2'), 'the new revision is recorded');
  });
});
