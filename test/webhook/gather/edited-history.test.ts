import assert from 'node:assert/strict';
import { sha256 } from '../../../src/cli/sha256.ts';
import { fileStore } from '../../../src/catalog/stores/files.ts';
import { editedHistory, resolvesToEdit } from '../../../src/webhook/gather/edited-history.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../support/environment-edits.ts';
import { requestObject } from '../../support/facts.ts';
import { catalogOf } from '../../support/catalog.ts';

const published = ['1.0.0', '1.0.1'].map((version) => environmentSpec({ version }));
const { live, objects } = editedEnvironment(published);
const edited = (object: typeof live, oldObject = live) =>
  editedHistory(catalogOf(fileStore(objects, sha256)), 'Environment', {
    object: requestObject(object),
    oldObject: requestObject(oldObject),
  });

describe('the history of an edited object', () => {
  it('continues with the revision in the stamp of the edit', async () => {
    const history = await edited(nextEdit(live, environmentSpec({ version: '1.1.0' }), 3));
    assert.equal(history?.revision, 3);
    assert.partialDeepStrictEqual(history.before?.newest, { revision: 2, version: '1.0.1' });
    assert.deepEqual(history.after.newest, { revision: 3, version: '1.1.0' });
    assert.deepEqual([...new Set(history.after.recorded.map(({ revision }) => revision))], [1, 2]);
  });

  it('does not continue if the edit creates no revision', async () => {
    assert.equal(await edited({ ...live, metadata: { ...live.metadata, finalizers: ['a/b'] } }), undefined);
  });

  it('begins with a new object', async () => {
    const object = requestObject(nextEdit(live, environmentSpec({ version: '1.1.0' }), 1));
    const history = await editedHistory(catalogOf(fileStore([], sha256)), 'Environment', { object });
    assert.deepEqual(history, { after: { newest: { revision: 1, version: '1.1.0' }, recorded: [] }, revision: 1 });
  });

  it('is undefined for an object that never had a stamp', async () => {
    const { annotations: _, ...metadata } = live.metadata;
    assert.equal(await edited(nextEdit(live, environmentSpec(), 3), { ...live, metadata }), undefined);
  });

  it('determines which refs resolve to the new revision', async () => {
    const history = await edited(nextEdit(live, environmentSpec({ version: '1.1.0' }), 3));
    assert.ok(history);
    assert.equal(resolvesToEdit({ kind: 'newest' }, history), true);
    assert.equal(resolvesToEdit({ kind: 'line', major: 1, minor: 1 }, history), true);
    assert.equal(resolvesToEdit({ kind: 'line', major: 1, minor: 0 }, history), false);
    assert.equal(resolvesToEdit({ kind: 'number', number: 2 }, history), false);
  });
});
