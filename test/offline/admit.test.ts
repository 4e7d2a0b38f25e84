import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { admitDeletion, admitWrite } from '../../src/offline/admit.ts';
import { ObjectStore } from '../../src/offline/object-store.ts';
import { recordRevision } from '../../src/offline/record-revision.ts';
import { readStamp } from '../../src/domain/revisions/revision.ts';
import type { Violation } from '../../src/domain/violation.ts';
import { requestObject } from '../support/facts.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { offlineOptions } from '../support/offline-options.ts';

function storeOf(...objects: KubeObject[]): ObjectStore {
  const store = new ObjectStore();
  for (const object of objects) {
    store.put(requestObject(object));
    recordRevision(requestObject(object), store, offlineOptions.hash);
  }
  return store;
}

const write = (object: KubeObject, store: ObjectStore) =>
  admitWrite({ object: requestObject(object), problems: [] }, store, offlineOptions);
const codes = (violations: readonly Violation[]) => violations.map(({ code }) => code);

describe('offline admission', () => {
  it('returns the object to store, with stamp and defaults', async () => {
    const { allowed, object } = await write(environment('team'), storeOf());
    assert.ok(allowed && object !== undefined);
    assert.equal(readStamp(object.metadata)?.revision, 1);
    assert.notDeepEqual(object.spec, environment('team').spec, 'the defaults of the lifecycle are filled in');
  });

  it('evaluates each phase once, even if the answer depends on other objects', async () => {
    const store = storeOf(environment('team'), profile('team'), deployment('team'));
    const lists: string[] = [];
    const counting = Object.assign(storeOf(), {
      list: () => {
        lists.push('list');
        return store.list();
      },
    });
    const oldObject = requestObject(environment('team'));
    const { allowed, violations } = await admitDeletion(oldObject, counting, offlineOptions);
    assert.deepEqual([allowed, codes(violations)], [true, ['InUse']]);
    assert.equal(lists.length, 2, 'one for the catalog, one for the index of referrers');
  });

  it('does not validate an object that kubectl rejects', async () => {
    const problem: Violation = { code: 'InvalidSpec', severity: 'deny', path: 'specs', message: 'x' };
    const store = storeOf(environment('team'), profile('team'), deployment('team'));
    const oldObject = store.get('Environment', 'team', 'primary');
    const object = requestObject(environment('team', { lifecycle: { spokeNamespace: { create: false } } }));
    const edit = (problems: Violation[]) => admitWrite({ object, oldObject, problems }, store, offlineOptions);
    assert.deepEqual(codes((await edit([])).violations), ['NamespaceWouldBeDeleted']);
    const refused = await edit([problem]);
    assert.deepEqual([refused.allowed, codes(refused.violations)], [false, ['InvalidSpec']]);
  });

  it('reads the labels of namespaces', async () => {
    const labels = { 'spectrocloud.com/pin-refs': 'required' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels } };
    const { violations } = await write(deployment('team'), storeOf(namespace, environment('team'), profile('team')));
    assert.ok(codes(violations).includes('UnpinnedRef'));
  });

  it('lists each right that could not be checked once', async () => {
    const made = deployment('team');
    const object = { ...made, spec: { ...made.spec, environmentRef: { name: 'primary', namespace: 'platform' } } };
    const { unchecked } = await write(object, storeOf(environment('platform'), profile('team')));
    assert.deepEqual(
      unchecked.map(({ verb, resource }) => `${verb} ${resource}`),
      ['use environments'],
    );
  });
});
