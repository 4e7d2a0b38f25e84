import assert from 'node:assert/strict';
import {
  ApiError,
  isAlreadyExists,
  isConflict,
  isGone,
  isNamespaceTerminating,
  isNotFound,
  ServerUnreachable,
} from '../../../src/kube/client/errors.ts';

const PREDICATES = { isNotFound, isConflict, isAlreadyExists, isGone, isNamespaceTerminating };
const terminating = { causes: [{ reason: 'NamespaceTerminating' }] };

describe('errors', () => {
  const rows: [why: string, error: unknown, is: (keyof typeof PREDICATES)[]][] = [
    ['an object that is not there', new ApiError('', { code: 404, reason: 'NotFound' }), ['isNotFound']],
    ['a newer object', new ApiError('', { code: 409, reason: 'Conflict' }), ['isConflict']],
    ['a taken name shares its code', new ApiError('', { code: 409, reason: 'AlreadyExists' }), ['isAlreadyExists']],
    ['a version that is too old', new ApiError('', { code: 410, reason: 'Expired' }), ['isGone']],
    ['the other reason of that code', new ApiError('', { code: 410, reason: 'Gone' }), ['isGone']],
    [
      'a namespace that goes',
      new ApiError('', { code: 403, reason: 'Forbidden', details: terminating }),
      ['isNamespaceTerminating'],
    ],
    ['any other refusal', new ApiError('', { code: 403, reason: 'Forbidden' }), []],
    ['a broken connection', new ServerUnreachable('reset'), []],
    ['something that only looks alike', { code: 404, reason: 'NotFound' }, []],
    ['nothing', undefined, []],
  ];
  for (const [why, error, is] of rows) {
    it(`distinguish ${why}`, () => {
      const answers = Object.entries(PREDICATES).filter(([, predicate]) => predicate(error));
      assert.deepEqual(
        answers.map(([name]) => name),
        is,
      );
    });
  }

  it('have a cause', () => {
    const cause = new Error('why');
    assert.equal(new ApiError('', { code: 500, reason: 'InternalError', cause }).cause, cause);
  });
});
