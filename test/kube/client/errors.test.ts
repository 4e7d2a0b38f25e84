import assert from 'node:assert/strict';
import {
  ApiError,
  isAlreadyExists,
  isConflict,
  isGone,
  isNamespaceTerminating,
  isNotFound,
  mayNotBeServed,
  ServerUnreachable,
  refusalMessage,
  type StatusDetails,
} from '../../../src/kube/client/errors.ts';

const predicates = { isNotFound, mayNotBeServed, isConflict, isAlreadyExists, isGone, isNamespaceTerminating };
const requested = { plural: 'environments', kind: 'Environment', name: 'primary' };
const notFound = (details?: StatusDetails) =>
  new ApiError('', { code: 404, reason: 'NotFound', requested, ...(details === undefined ? {} : { details }) });
const terminating = { causes: [{ reason: 'NamespaceTerminating' }] };

describe('errors', () => {
  const rows: [why: string, error: unknown, is: (keyof typeof predicates)[]][] = [
    ['an object that does not exist', notFound(), ['isNotFound', 'mayNotBeServed']],
    [
      'an object that does not exist, with its name',
      notFound({ name: 'primary', kind: 'environments' }),
      ['isNotFound', 'mayNotBeServed'],
    ],
    [
      'an object that does not exist, with its kind',
      notFound({ kind: 'Environment' }),
      ['isNotFound', 'mayNotBeServed'],
    ],
    ['a namespace that does not exist', notFound({ name: 'primary', kind: 'namespaces' }), ['mayNotBeServed']],
    ['another object that does not exist', notFound({ name: 'other', kind: 'environments' }), ['mayNotBeServed']],
    ['a 404 of a gateway', new ApiError('', { code: 404, reason: 'Unknown' }), ['mayNotBeServed']],
    ['a newer object', new ApiError('', { code: 409, reason: 'Conflict' }), ['isConflict']],
    [
      'an object with the same name, which has the code of a conflict',
      new ApiError('', { code: 409, reason: 'AlreadyExists' }),
      ['isAlreadyExists'],
    ],
    ['a version that is too old', new ApiError('', { code: 410, reason: 'Expired' }), ['isGone']],
    ['the other reason with this code', new ApiError('', { code: 410, reason: 'Gone' }), ['isGone']],
    [
      'a terminating namespace',
      new ApiError('', { code: 403, reason: 'Forbidden', details: terminating }),
      ['isNamespaceTerminating'],
    ],
    ['any other error response', new ApiError('', { code: 403, reason: 'Forbidden' }), []],
    ['a broken connection', new ServerUnreachable('reset'), []],
    ['an object with the same fields that is not an ApiError', { code: 404, reason: 'NotFound' }, []],
    ['nothing', undefined, []],
  ];
  for (const [why, error, is] of rows) {
    it(`distinguish ${why}`, () => {
      const matching = Object.entries(predicates).filter(([, predicate]) => predicate(error));
      assert.deepEqual(
        matching.map(([name]) => name),
        is,
      );
    });
  }

  it('have a cause', () => {
    const cause = new Error('why');
    assert.equal(new ApiError('', { code: 500, reason: 'InternalError', cause }).cause, cause);
  });

  it('have the message of the API server if it refused what was requested', () => {
    const quota = { code: 403, reason: 'Forbidden', body: { kind: 'Status', message: 'exceeded quota' } };
    assert.equal(refusalMessage(new ApiError('create x: exceeded quota (403 Forbidden)', quota)), 'exceeded quota');
    assert.equal(refusalMessage(new ApiError('create x: too large', { code: 413, reason: '' })), 'create x: too large');
    for (const code of [401, 409, 429, 503, 504]) {
      assert.equal(
        refusalMessage(new ApiError('', { code, reason: '' })),
        undefined,
        `${code} is about something else`,
      );
    }
    assert.equal(refusalMessage(new ServerUnreachable('reset')), undefined);
  });
});
