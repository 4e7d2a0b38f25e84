import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../../src/api/object.ts';
import { codesOf, writeDecision, writeFailure } from '../../../src/webhook/review/response.ts';
import { readReview } from '../../../src/webhook/review/review.ts';
import { admissionReview, decision, parseAnswer } from '../../support/admission-review.ts';
import type { Violation } from '../../../src/domain/violation.ts';

const review = (request: JsonObject = {}) => readReview(Buffer.from(JSON.stringify(admissionReview(request))));
const answer = (...given: Parameters<typeof writeDecision>) => parseAnswer(writeDecision(...given));
const denial = (overrides: Partial<Violation> = {}): Violation => ({
  code: 'InvalidSpec',
  severity: 'deny',
  path: 'spec.topology.type',
  message: 'is required',
  ...overrides,
});

describe('writeDecision', () => {
  it('contains only the permission if there is nothing else to report', () => {
    assert.deepEqual(answer(review(), decision()), {
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      response: { uid: 'uid-1', allowed: true },
    });
  });

  it('has the version of the request', () => {
    const old = readReview(Buffer.from(JSON.stringify(admissionReview({}, 'admission.k8s.io/v1beta1'))));
    assert.equal(answer(old, decision()).apiVersion, 'admission.k8s.io/v1beta1');
  });

  it('sends a patch in base64', () => {
    const patch = [{ op: 'add' as const, path: '/metadata/annotations', value: { é: '1' } }];
    const { response } = answer(review(), decision({ patch }));
    assert.equal(response.patchType, 'JSONPatch');
    assert.deepEqual(JSON.parse(Buffer.from(response.patch ?? '', 'base64').toString()), patch);
  });

  it('denies with a status that names the object, every denial and when to retry', () => {
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

  it('lists as many causes as lines of the message, and counts the others', () => {
    const refusal = { status: 422 as const, reason: 'Invalid' as const, message: 'no' };
    const violations = Array.from({ length: 60 }, () => denial());
    const { status } = answer(review(), decision({ refusal, violations })).response;
    const causes = status?.details?.causes;
    assert.equal(causes?.length, 50);
    assert.deepEqual(causes?.at(-1), { message: 'and 11 more', field: 'object' });
  });

  it('never sends a patch with a refusal', () => {
    const refusal = { status: 403 as const, reason: 'Forbidden' as const, message: 'no' };
    const { response } = answer(review(), decision({ refusal, patch: [{ op: 'remove', path: '/spec' }] }));
    assert.equal(response.patch, undefined);
    assert.equal(response.patchType, undefined);
  });

  it('sends audit annotations even if no rule found anything', () => {
    assert.deepEqual(answer(review(), decision({ audit: { ref: 'a@v1' } })).response.auditAnnotations, { ref: 'a@v1' });
  });
});

describe('writeFailure', () => {
  it('denies a request without a decision', () => {
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
