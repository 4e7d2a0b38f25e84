import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { readReviewHead, tooLargeObject } from '../../../src/webhook/review/review-head.ts';
import { admissionReview } from '../../support/admission-review.ts';

const bodyOf = (request: JsonObject) => Buffer.from(JSON.stringify(admissionReview(request)));
const objectOf = (bytes: number) => ({ metadata: { name: 'primary' }, spec: { text: 'x'.repeat(bytes) } });
const kibibyte = 1024;

describe('the head of a review', () => {
  it('is everything but the objects', () => {
    const body = bodyOf({ operation: 'UPDATE', object: objectOf(9), oldObject: objectOf(5) });
    const head = readReviewHead(body);
    assert.equal(head?.review.request.uid, 'uid-1');
    assert.deepEqual(head.review.request.userInfo.username, 'jane');
    assert.deepEqual([head.review.request.object, head.review.request.oldObject], [{}, {}]);
    assert.match(body.subarray(head.objectStart).toString(), /^\{"metadata"/);
  });

  it('can be read from the beginning of a body', () => {
    const body = bodyOf({ object: objectOf(100 * kibibyte) });
    assert.equal(readReviewHead(body.subarray(0, 64 * kibibyte))?.review.request.name, 'primary');
  });

  const unreadable: { body: string; why: string }[] = [
    { body: '', why: 'there is nothing' },
    { body: '{"kind":"AdmissionReview","request":{"uid":"1","object":{', why: 'it has no version' },
    { body: 'x,"object":{', why: 'it is not JSON' },
    { body: JSON.stringify({ a: 'x'.repeat(70_000), object: {} }), why: 'the object starts after 64 KiB' },
    {
      body: bodyOf({ operation: 'DELETE', object: null, oldObject: { a: 1, object: {} } }).toString(),
      why: 'a deletion has no new object',
    },
  ];
  for (const { body, why } of unreadable) {
    it(`is not read from ${body.slice(0, 60)}: ${why}`, () => {
      assert.equal(readReviewHead(Buffer.from(body)), undefined);
    });
  }

  const sizes: { what: string; request: JsonObject; refused: boolean; why: string }[] = [
    { what: '1.4 MiB', request: { object: objectOf(1400 * kibibyte) }, refused: false, why: 'rules report it' },
    { what: '1.6 MiB', request: { object: objectOf(1600 * kibibyte) }, refused: true, why: 'etcd cannot store it' },
    {
      what: 'a small object after a large one',
      request: { operation: 'UPDATE', object: objectOf(10), oldObject: objectOf(2000 * kibibyte) },
      refused: false,
      why: 'it is repaired',
    },
    {
      what: '2 MiB after 2 MiB',
      request: { operation: 'UPDATE', object: objectOf(2000 * kibibyte), oldObject: objectOf(2000 * kibibyte) },
      refused: false,
      why: 'something else may change',
    },
    {
      what: '2 MiB after 1 MiB',
      request: { operation: 'UPDATE', object: objectOf(2000 * kibibyte), oldObject: objectOf(1000 * kibibyte) },
      refused: true,
      why: 'it becomes larger',
    },
    {
      what: 'an object that imitates the field of the old one',
      request: {
        operation: 'UPDATE',
        object: { a: 1, oldObject: { b: '"}},"oldObject":{' }, text: 'x'.repeat(1600 * kibibyte), list: [[], '\\'] },
        oldObject: objectOf(10),
      },
      refused: true,
      why: 'brackets and strings are counted',
    },
  ];
  for (const { what, request, refused, why } of sizes) {
    it(`${refused ? 'refuses' : 'accepts'} ${what}: ${why}`, () => {
      const body = bodyOf(request);
      const head = readReviewHead(body);
      assert.ok(head);
      const bytes = tooLargeObject(head, body, body.length);
      assert.equal(bytes, refused ? Buffer.byteLength(JSON.stringify(request['object'])) : undefined);
    });
  }

  it('refuses a body that is not kept, and one that is not complete', () => {
    const body = bodyOf({ object: objectOf(2000 * kibibyte) });
    const start = body.subarray(0, 64 * kibibyte);
    const head = readReviewHead(start);
    assert.ok(head);
    assert.equal(tooLargeObject(head, start, 8_000_000), 8_000_000 - head.objectStart);
    const broken = body.subarray(0, 1800 * kibibyte);
    assert.equal(tooLargeObject(head, broken, broken.length), broken.length - head.objectStart);
  });
});
