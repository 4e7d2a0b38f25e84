import assert from 'node:assert/strict';
import { isBeingDeleted } from '../../../src/domain/admission/being-deleted.ts';
import { factsOf } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

const living = deployment('team');
const terminating = { ...living, metadata: { ...living.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };

const cases: { what: string; request: Parameters<typeof factsOf>[0]; is: boolean; why: string }[] = [
  { what: 'a new object', request: { object: living }, is: false, why: 'it does not exist yet' },
  {
    what: 'a new object with a deletionTimestamp',
    request: { object: terminating },
    is: false,
    why: 'a client can send it in a create by server-side apply, and the API server removes it only after admission',
  },
  {
    what: 'an edit that sets the deletionTimestamp',
    request: { object: terminating, oldObject: living },
    is: false,
    why: 'the API server rejects it after admission',
  },
  { what: 'an edit', request: { object: living, oldObject: living }, is: false, why: 'it is not being deleted' },
  { what: 'a deletion', request: { oldObject: living }, is: false, why: 'the deletion is to be decided' },
  {
    what: 'an edit of a terminating object',
    request: { object: terminating, oldObject: terminating },
    is: true,
    why: 'such as the removal of a finalizer',
  },
  {
    what: 'an edit with deletionTimestamp null, as a file may have it',
    request: { object: { ...living, metadata: { ...living.metadata, deletionTimestamp: null as never } } },
    is: false,
    why: 'null is absent',
  },
  { what: 'a second deletion', request: { oldObject: terminating }, is: true, why: 'the deletion was decided before' },
  {
    what: 'a replacement of a terminating object',
    request: { object: living, oldObject: terminating },
    is: true,
    why: 'the client may omit the deletionTimestamp; the API server adds it after the mutating webhooks',
  },
];

describe('an object that is being deleted', () => {
  for (const { what, request, is, why } of cases) {
    it(`is ${is ? '' : 'not '}the object of ${what}: ${why}`, () => {
      assert.equal(isBeingDeleted(factsOf(request).request), is);
    });
  }
});
