import assert from 'node:assert/strict';
import type { JsonValue } from '../../../src/api/object.ts';
import { errorFromStatus } from '../../../src/kube/client/api-status.ts';

describe('errorFromStatus', () => {
  const rows: [why: string, code: number, body: JsonValue, message: string][] = [
    [
      'uses the reason and the message of a Status',
      403,
      { reason: 'Forbidden', message: 'no' },
      'get x: no (403 Forbidden)',
    ],
    ['writes any text in one line', 502, ' Bad\n Gateway ', 'get x: Bad Gateway (502 Unknown)'],
    ['contains the code if the body is empty', 503, '', 'get x: HTTP 503 (503 ServiceUnavailable)'],
    [
      'takes no 404 of another server for NotFound',
      404,
      '<html>Not Found</html>',
      'get x: <html>Not Found</html> (404 Unknown)',
    ],
    ['takes no other JSON with 404 for NotFound', 404, { reason: 'NotFound' }, 'get x: HTTP 404 (404 Unknown)'],
    ['takes the NotFound of a Status', 404, { kind: 'Status', reason: 'NotFound' }, 'get x: HTTP 404 (404 NotFound)'],
    ['ignores a body that is not a Status', 500, [1], 'get x: HTTP 500 (500 InternalError)'],
  ];
  for (const [why, code, body, message] of rows) {
    it(why, () => assert.equal(errorFromStatus('get x', code, body).message, message));
  }

  it('truncates a long text', () => {
    assert.ok(errorFromStatus('get x', 500, 'long '.repeat(1000)).message.length < 300);
  });

  it('uses Retry-After if the body has no retryAfterSeconds', () => {
    const body = { details: { retryAfterSeconds: 2 } };
    assert.deepEqual(errorFromStatus('', 429, {}, { retryAfter: 3 }).details, { retryAfterSeconds: 3 });
    assert.deepEqual(errorFromStatus('', 429, body, { retryAfter: 3 }).details, { retryAfterSeconds: 2 });
    assert.equal(errorFromStatus('', 429, {}).details, undefined);
  });

  it('contains the object that the Status is about, and the one that was requested', () => {
    const body = { kind: 'Status', reason: 'NotFound', details: { name: 'apps', kind: 'namespaces', group: '' } };
    const requested = { plural: 'environments', kind: 'Environment', name: 'primary' };
    const error = errorFromStatus('', 404, body, { requested });
    assert.deepEqual([error.details, error.requested], [{ name: 'apps', kind: 'namespaces' }, requested]);
  });

  it('keeps only the strings of causes', () => {
    const body = { details: { causes: [{ field: 'spec', message: 7, reason: '' }, 'none'] } };
    assert.deepEqual(errorFromStatus('', 422, body).details, { causes: [{ field: 'spec' }] });
  });
});
