import assert from 'node:assert/strict';
import { ObjectStore } from '../../src/offline/object-store.ts';
import { offlineCatalog } from '../../src/offline/offline-catalog.ts';
import { requestObject } from '../support/facts.ts';
import { deployment, environment } from '../support/manifests.ts';
import { offlineOptions } from '../support/offline-options.ts';

describe('the catalog of an offline hub', () => {
  it('contains the definitions that were in the store when it was created', async () => {
    const store = new ObjectStore();
    const before = offlineCatalog(store, offlineOptions);
    store.put(requestObject(environment('team')));
    const user = requestObject(deployment('team'));
    assert.equal((await before.environmentOf(user))?.state, 'pending');
    assert.equal((await offlineCatalog(store, offlineOptions).environmentOf(user))?.state, 'found');
  });
});
