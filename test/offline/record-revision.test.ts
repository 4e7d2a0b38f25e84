import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { readStamp } from '../../src/domain/revisions/revision.ts';
import { ObjectStore } from '../../src/offline/object-store.ts';
import { recordRevision } from '../../src/offline/record-revision.ts';
import { requestObject, stampedAs } from '../support/facts.ts';
import { deployment, environment } from '../support/manifests.ts';
import { offlineOptions } from '../support/offline-options.ts';

function storeOf(object: KubeObject): ObjectStore {
  const store = new ObjectStore();
  store.put(requestObject(object));
  recordRevision(requestObject(object), store, offlineOptions.hash);
  return store;
}

describe('recording an object offline', () => {
  it('stamps it, writes its status, and adds a DefinitionRevision', () => {
    const store = storeOf(environment('team'));
    const recorded = store.get('Environment', 'team', 'primary') ?? assert.fail();
    assert.equal(readStamp(recorded.metadata)?.revision, 1);
    assert.deepEqual(recorded.status, { revision: 1, versions: {} });
    const revision = store.get('DefinitionRevision', 'team', 'environment.primary.v1');
    assert.equal(revision?.metadata.ownerReferences, undefined, 'an object without a uid cannot own');
  });

  it('uses the number of the stamp, else that of the status, else 1', () => {
    const number = (object: KubeObject) => storeOf(object).get('Environment', 'team', 'primary')?.status?.['revision'];
    assert.equal(number(stampedAs(requestObject(environment('team')), 7)), 7);
    assert.equal(number(Object.assign(environment('team'), { status: { revision: 5 } })), 5);
    assert.equal(number(environment('team')), 1);
  });

  it('records nothing of a terminating object, because admission does not check its content', () => {
    const live = environment('team');
    const store = storeOf({ ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    assert.deepEqual(
      store.list().map(({ kind }) => kind),
      ['Environment'],
    );
  });

  it('does not change objects of kinds without revisions', () => {
    assert.deepEqual(
      storeOf(deployment('team'))
        .list()
        .map(({ kind }) => kind),
      ['WorkloadDeployment'],
    );
  });
});
