import assert from 'node:assert/strict';
import { sha256 } from '../../../src/cli/sha256.ts';
import { editedHash } from '../../../src/domain/revisions/content-edit.ts';
import { contentHash } from '../../../src/domain/revisions/revision.ts';
import { withDefaults } from '../../../src/domain/spoke/admission-defaults.ts';
import { factsOf, requestObject, stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

const base = environment('team');
const edited = environment('team', { labels: { a: 'b' } });
const hashOf = (request: Parameters<typeof factsOf>[0]) => editedHash(factsOf(request).request, sha256);

describe('the content that a request edits', () => {
  it('has the hash that is stored', () => {
    assert.equal(hashOf({ object: edited, oldObject: stampedAs(base, 1) }), contentHash(requestObject(edited), sha256));
    assert.equal(hashOf({ object: base }), contentHash(requestObject(base), sha256), 'a new object');
  });

  it('is absent if the content stays, and for a deletion', () => {
    assert.equal(hashOf({ object: stampedAs(base, 1), oldObject: stampedAs(base, 1) }), undefined);
    assert.equal(hashOf({ oldObject: base }), undefined);
  });

  it('is absent for the patch that stamps an object and adds its defaults', () => {
    const object = { ...base, ...withDefaults('Environment', base) };
    assert.equal(hashOf({ object, oldObject: base }), undefined);
    assert.notEqual(hashOf({ object, oldObject: stampedAs(base, 1) }), undefined, 'a stamped object had them');
  });
});
