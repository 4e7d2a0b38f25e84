import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonObject, JsonValue } from '../../../src/api/object.ts';
import { NotAReview, readReview } from '../../../src/webhook/review/review.ts';
import { admissionReview, deepReview } from '../../support/admission-review.ts';

const read = (value: JsonValue) => readReview(Buffer.from(JSON.stringify(value)));
const review = (request: JsonObject = {}) => read(admissionReview(request));

describe('readReview', () => {
  it('reads what an API server sends', () => {
    assert.deepEqual(review(), {
      apiVersion: 'admission.k8s.io/v1',
      bytes: JSON.stringify(admissionReview()).length,
      request: {
        uid: 'uid-1',
        kind: { group: 'spectrocloud.com', version: 'v1beta1', kind: 'Environment' },
        resource: { group: 'spectrocloud.com', version: 'v1beta1', resource: 'environments' },
        operation: 'CREATE',
        name: 'primary',
        namespace: 'default',
        dryRun: false,
        object: { metadata: { name: 'primary', namespace: 'default' }, spec: {} },
        userInfo: { username: 'jane', groups: ['system:authenticated'], extra: {} },
      },
    });
  });

  it('keeps uid and extra of the user, subresource and dry run', () => {
    const userInfo = { username: 'jane', uid: '7', groups: [], extra: { 'example.com/scope': ['a', 'b'] } };
    const { request } = review({ userInfo, subResource: 'status', dryRun: true });
    assert.deepEqual(request.userInfo, userInfo);
    assert.equal(request.subResource, 'status');
    assert.equal(request.dryRun, true);
  });

  it('drops managed fields, and shares what did not change', () => {
    const metadata = { name: 'primary', labels: { a: 'b' }, annotations: { c: 'd' } };
    const managed = { ...metadata, managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }] };
    const spec = { topology: { type: 'mine', properties: { count: 1 } } };
    const { request } = review({
      operation: 'UPDATE',
      object: { metadata: managed, spec: { ...spec, version: '1.0.0' } },
      oldObject: { metadata: { ...managed, annotations: { c: 'e' } }, spec },
    });
    const { object, oldObject } = request;
    assert.deepEqual(object, { metadata, spec: { ...spec, version: '1.0.0' } });
    assert.deepEqual(oldObject, { metadata: { ...metadata, annotations: { c: 'e' } }, spec });
    const at = (from: JsonObject | undefined, ...path: string[]): unknown =>
      path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), from);
    assert.equal(at(object, 'spec', 'topology'), at(oldObject, 'spec', 'topology'));
    assert.equal(at(object, 'metadata', 'labels'), at(oldObject, 'metadata', 'labels'));
  });

  it('accepts names such as __proto__ as keys', () => {
    const text = JSON.stringify(admissionReview()).replace('"spec":{}', '"spec":{"__proto__":{"constructor":1}}');
    const { request } = readReview(Buffer.from(text));
    assert.equal(JSON.stringify(request.object?.spec), '{"__proto__":{"constructor":1}}');
  });

  const names: [request: JsonObject, name: string, why: string][] = [
    [{}, 'primary', 'the request has it'],
    [{ name: null, object: { metadata: { name: 'other' } } }, 'other', 'a create may lack it'],
    [{ name: null, object: { metadata: { generateName: 'x-' } } }, '', 'the API server will generate it'],
    [{ name: null, object: { metadata: [] } }, '', 'metadata is not checked yet'],
    [
      { operation: 'DELETE', name: '', object: null, oldObject: { metadata: { name: 'gone' } } },
      'gone',
      'a collection is deleted without request.name',
    ],
  ];
  for (const [request, name, why] of names) {
    it(`finds the name ${JSON.stringify(name)}: ${why}`, () => assert.equal(review(request).request.name, name));
  }

  const rejected: [body: JsonValue, why: string][] = [
    [null, 'null is not an object'],
    [[], 'a list is not an object'],
    [{}, 'there is no kind'],
    [{ ...admissionReview(), kind: 'ConversionReview' }, 'it is another kind of review'],
    [admissionReview({}, 'admission.k8s.io/v2'), 'the version does not exist yet'],
    [admissionReview({}, 'authentication.k8s.io/v1'), 'it is another group'],
    [{ ...admissionReview(), apiVersion: null }, 'there is no version'],
    [{ ...admissionReview(), request: null }, 'it is a response'],
    [{ ...admissionReview(), request: [] }, 'the request is a list'],
    [admissionReview({ uid: '' }), 'the response needs the uid'],
    [admissionReview({ uid: 7 }), 'the uid is a number'],
    [admissionReview({ operation: 'PATCH' }), 'there is no such operation'],
    [admissionReview({ operation: 'toString' }), 'there is no such operation, though objects have one'],
    [admissionReview({ kind: 'Environment' }), 'the kind is not an object'],
    [admissionReview({ resource: null }), 'there is no resource'],
    [admissionReview({ object: null }), 'a CREATE has an object'],
    [admissionReview({ object: 'x' }), 'the object is a string'],
    [admissionReview({ operation: 'UPDATE' }), 'an UPDATE has an old object'],
    [admissionReview({ operation: 'DELETE' }), 'a DELETE has an old object'],
    [admissionReview({ namespace: {} }), 'the namespace is not a string'],
    [admissionReview({ userInfo: [] }), 'the user is a list'],
    [admissionReview({ userInfo: { groups: [1] } }), 'a group is not a string'],
    [admissionReview({ userInfo: { extra: { a: 'b' } } }), 'an extra is not a list'],
  ];
  for (const [body, why] of rejected) {
    it(`rejects a body because ${why}`, () => assert.throws(() => read(body), NotAReview));
  }

  it('rejects what is not JSON, without quoting it', () => {
    assert.throws(
      () => readReview(Buffer.from('{"password": hunter2')),
      (error) => error instanceof NotAReview && !error.message.includes('hunter2'),
    );
    assert.throws(() => readReview(Buffer.alloc(0)), NotAReview);
  });

  it('reads a million levels without overflow', () => {
    assert.equal(readReview(Buffer.from(deepReview(1_000_000))).request.uid, 'uid-1');
  });
});
