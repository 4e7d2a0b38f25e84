import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonObject, JsonValue } from '../../../src/api/object.ts';
import { codesOf, NotAReview, readReview, writeDecision, writeFailure } from '../../../src/webhook/review/review.ts';
import { admissionReview, decision, deepReview, parseAnswer } from '../../support/admission-review.ts';
import type { Violation } from '../../../src/domain/violation.ts';

const read = (value: JsonValue) => readReview(Buffer.from(JSON.stringify(value)));
const review = (request: JsonObject = {}) => read(admissionReview(request));
const answer = (...given: Parameters<typeof writeDecision>) => parseAnswer(writeDecision(...given));
const denial = (overrides: Partial<Violation> = {}): Violation => ({
  code: 'InvalidSpec',
  severity: 'deny',
  path: 'spec.topology.type',
  message: 'is required',
  ...overrides,
});

describe('readReview', () => {
  it('reads what an API server sends', () => {
    assert.deepEqual(review(), {
      apiVersion: 'admission.k8s.io/v1',
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

  it('takes names such as __proto__ as keys', () => {
    const text = JSON.stringify(admissionReview()).replace('"spec":{}', '"spec":{"__proto__":{"constructor":1}}');
    const { request } = readReview(Buffer.from(text));
    assert.equal(JSON.stringify(request.object?.spec), '{"__proto__":{"constructor":1}}');
  });

  const names: [request: JsonObject, name: string, why: string][] = [
    [{}, 'primary', 'the request says it'],
    [{ name: null, object: { metadata: { name: 'other' } } }, 'other', 'a create may come without'],
    [{ name: null, object: { metadata: { generateName: 'x-' } } }, '', 'the API server has still to make it up'],
    [{ name: null, object: { metadata: [] } }, '', 'metadata is what the user sent'],
    [
      { operation: 'DELETE', name: '', object: null, oldObject: { metadata: { name: 'gone' } } },
      'gone',
      'a collection is deleted without request.name',
    ],
  ];
  for (const [request, name, why] of names) {
    it(`finds the name ${JSON.stringify(name)}: ${why}`, () => assert.equal(review(request).request.name, name));
  }

  const refused: [body: JsonValue, why: string][] = [
    [null, 'null is no object'],
    [[], 'a list is no object'],
    [{}, 'there is no kind'],
    [{ ...admissionReview(), kind: 'ConversionReview' }, 'it is another review'],
    [admissionReview({}, 'admission.k8s.io/v2'), 'the version does not exist yet'],
    [admissionReview({}, 'authentication.k8s.io/v1'), 'the group is another'],
    [{ ...admissionReview(), apiVersion: null }, 'there is no version'],
    [{ ...admissionReview(), request: null }, 'it is an answer'],
    [{ ...admissionReview(), request: [] }, 'the request is a list'],
    [admissionReview({ uid: '' }), 'nobody could tell what the answer belongs to'],
    [admissionReview({ uid: 7 }), 'the uid is a number'],
    [admissionReview({ operation: 'PATCH' }), 'there is no such operation'],
    [admissionReview({ operation: 'toString' }), 'there is no such operation, though objects have one'],
    [admissionReview({ kind: 'Environment' }), 'the kind is no object'],
    [admissionReview({ resource: null }), 'there is no resource'],
    [admissionReview({ object: null }), 'a CREATE has an object'],
    [admissionReview({ object: 'x' }), 'the object is a string'],
    [admissionReview({ operation: 'UPDATE' }), 'an UPDATE has an old object'],
    [admissionReview({ operation: 'DELETE' }), 'a DELETE has an old object'],
    [admissionReview({ namespace: {} }), 'the namespace is no string'],
    [admissionReview({ userInfo: [] }), 'the user is a list'],
    [admissionReview({ userInfo: { groups: [1] } }), 'a group is no string'],
    [admissionReview({ userInfo: { extra: { a: 'b' } } }), 'an extra is no list'],
  ];
  for (const [body, why] of refused) {
    it(`refuses a body because ${why}`, () => assert.throws(() => read(body), NotAReview));
  }

  it('refuses what is no JSON, without repeating it', () => {
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

describe('writeDecision', () => {
  it('allows with nothing more than that where nothing more is to be said', () => {
    assert.deepEqual(answer(review(), decision()), {
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      response: { uid: 'uid-1', allowed: true },
    });
  });

  it('answers in the version that was asked in', () => {
    const old = read(admissionReview({}, 'admission.k8s.io/v1beta1'));
    assert.equal(answer(old, decision()).apiVersion, 'admission.k8s.io/v1beta1');
  });

  it('sends a patch in base64', () => {
    const patch = [{ op: 'add' as const, path: '/metadata/annotations', value: { é: '1' } }];
    const { response } = answer(review(), decision({ patch }));
    assert.equal(response.patchType, 'JSONPatch');
    assert.deepEqual(JSON.parse(Buffer.from(response.patch ?? '', 'base64').toString()), patch);
  });

  it('refuses with a status that names the object, every denial and when to try again', () => {
    const refusal = { status: 429 as const, reason: 'TooManyRequests' as const, message: 'wait', retryAfterSeconds: 1 };
    const violations = [
      denial({ code: 'NotYetRecorded', path: '', message: 'wait' }),
      denial({ severity: 'warn', code: 'Other' }),
    ];
    const { response } = answer(review(), decision({ refusal, violations, notes: ['a note'], audit: { ref: 'a@v1' } }));
    assert.deepEqual(response, {
      uid: 'uid-1',
      allowed: false,
      status: {
        status: 'Failure',
        code: 429,
        reason: 'TooManyRequests',
        message: 'wait',
        details: {
          name: 'primary',
          group: 'spectrocloud.com',
          kind: 'Environment',
          causes: [{ reason: 'NotYetRecorded', message: 'wait (NotYetRecorded)' }],
          retryAfterSeconds: 1,
        },
      },
      warnings: ['spec.topology.type: is required (Other)', 'a note'],
      auditAnnotations: { ref: 'a@v1', rules: 'NotYetRecorded,Other' },
    });
  });

  it('gives every cause of an Invalid status a field, since kubectl prints nothing else', () => {
    const refusal = { status: 422 as const, reason: 'Invalid' as const, message: 'no' };
    const violations = [denial(), denial({ path: '' }), denial({ code: 'VersionReused', path: 'spec.version' })];
    const { status } = answer(review(), decision({ refusal, violations })).response;
    assert.deepEqual(status?.details?.causes, [
      { reason: 'FieldValueInvalid', message: 'is required (InvalidSpec)', field: 'spec.topology.type' },
      { reason: 'FieldValueInvalid', message: 'is required (InvalidSpec)', field: 'object' },
      { reason: 'VersionReused', message: 'is required (VersionReused)', field: 'spec.version' },
    ]);
  });

  it('counts causes beyond the fiftieth', () => {
    const refusal = { status: 422 as const, reason: 'Invalid' as const, message: 'no' };
    const violations = Array.from({ length: 60 }, () => denial());
    const { status } = answer(review(), decision({ refusal, violations })).response;
    const causes = status?.details?.causes;
    assert.equal(causes?.length, 51);
    assert.deepEqual(causes?.at(-1), { message: 'and 10 more', field: 'object' });
  });

  it('never sends a patch with a refusal', () => {
    const refusal = { status: 403 as const, reason: 'Forbidden' as const, message: 'no' };
    const { response } = answer(review(), decision({ refusal, patch: [{ op: 'remove', path: '/spec' }] }));
    assert.equal(response.patch, undefined);
    assert.equal(response.patchType, undefined);
  });

  it('sends audit annotations where no rule found anything', () => {
    assert.deepEqual(answer(review(), decision({ audit: { ref: 'a@v1' } })).response.auditAnnotations, { ref: 'a@v1' });
  });
});

describe('writeFailure', () => {
  it('admits nothing undecided', () => {
    const failure = { code: 504 as const, reason: 'Timeout' as const, message: 'too late' };
    assert.deepEqual(JSON.parse(writeFailure(review({ uid: 'u' }), failure)), {
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      response: { uid: 'u', allowed: false, status: { status: 'Failure', ...failure } },
    });
  });
});

describe('codesOf', () => {
  it('is distinct and sorted', () => {
    assert.deepEqual(codesOf([denial({ code: 'B' }), denial({ code: 'A' }), denial({ code: 'B' })]), ['A', 'B']);
  });
});
