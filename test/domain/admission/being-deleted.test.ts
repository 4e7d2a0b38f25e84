import assert from 'node:assert/strict';
import { isBeingDeleted } from '../../../src/domain/admission/being-deleted.ts';
import { factsOf } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

const living = deployment('team');
const going = { ...living, metadata: { ...living.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };

const cases: { what: string; request: Parameters<typeof factsOf>[0]; is: boolean; why: string }[] = [
  { what: 'a new object', request: { object: living }, is: false, why: 'it has just come' },
  { what: 'an edit', request: { object: living, oldObject: living }, is: false, why: 'it lives' },
  { what: 'a deletion', request: { oldObject: living }, is: false, why: 'that is what is to be decided' },
  {
    what: 'an edit of what goes',
    request: { object: going, oldObject: going },
    is: true,
    why: 'as a finalizer that goes',
  },
  {
    what: 'an edit of what a file calls null',
    request: { object: { ...living, metadata: { ...living.metadata, deletionTimestamp: null as never } } },
    is: false,
    why: 'null is absent',
  },
  { what: 'a second deletion', request: { oldObject: going }, is: true, why: 'it has been decided' },
  {
    what: 'a replacement of what goes',
    request: { object: living, oldObject: going },
    is: true,
    why: 'the mark is not for the client to send; the API server puts it back after the mutating webhooks',
  },
];

describe('an object that is being deleted', () => {
  for (const { what, request, is, why } of cases) {
    it(`is ${is ? '' : 'not '}what ${what} is about: ${why}`, () => {
      assert.equal(isBeingDeleted(factsOf(request).request), is);
    });
  }
});
