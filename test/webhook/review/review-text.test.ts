import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/object.ts';
import { parseReviewText } from '../../../src/webhook/review/review-text.ts';

/** What a whole parse gives, without the managed fields that the text has in the form of an API server. */
function parsedWhole(text: string): { request?: { object?: JsonObject; oldObject?: JsonObject } } {
  return JSON.parse(text);
}

function withoutManagedFields(review: unknown): unknown {
  const copy = structuredClone(review);
  const request: unknown = Reflect.get(Object(copy), 'request');
  for (const key of ['object', 'oldObject']) {
    const metadata: unknown = Reflect.get(Object(Reflect.get(Object(request), key)), 'metadata');
    if (isJsonObject(metadata)) delete metadata['managedFields'];
  }
  return copy;
}

const entry = (key: string) => ({ manager: 'kubectl', fieldsV1: { 'f:spec': { [key]: {} } } });
const entries = fc.array(
  fc.constantFrom<JsonValue>(
    entry('f:a'),
    entry('k:{"type":"Ready"}'),
    entry('v:["x"],"name":'),
    entry('],'),
    { a: [1], name: 'b' },
    [[], {}],
    1,
  ),
  { maxLength: 3 },
);
const fields = { managedFields: entries, name: fc.constant('primary'), namespace: fc.constant('team') };
const anyMetadata = fc.oneof(
  fc.record(fields, { requiredKeys: [] }),
  fc.record(fields, { requiredKeys: [] }).map((metadata) => Object.fromEntries(Object.entries(metadata).toReversed())),
);
const anySpec: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ managedFields: entries, name: fc.constant('x') }),
  fc.record({ a: fc.constant([1]), name: fc.constant('b') }),
  fc.record({ x: fc.constant(1), object: anyMetadata, oldObject: anyMetadata }),
  fc.constant(',"object":{"managedFields":[],"name":1'),
);
const anyObject = fc.record(
  { apiVersion: fc.constant('v1'), metadata: anyMetadata, spec: anySpec },
  { requiredKeys: [] },
);
const anyReview = fc.record({
  kind: fc.constant('AdmissionReview'),
  request: fc.record({ uid: fc.constant('u'), object: anyObject, oldObject: anyObject }, { requiredKeys: ['uid'] }),
});

describe('the text of a review', () => {
  it('is parsed without the managed fields that an API server writes', () => {
    const metadata = { labels: {}, managedFields: [entry('k:{"type":"Ready"}')], name: 'primary' };
    const review = { request: { uid: 'u', object: { metadata, spec: {} }, oldObject: { metadata, spec: {} } } };
    assert.deepEqual(parseReviewText(JSON.stringify(review)), withoutManagedFields(review));
  });

  it('keeps every other value, wherever such names and brackets are', () => {
    let skipped = 0;
    fc.assert(
      fc.property(anyReview, fc.constantFrom(undefined, 1), (review, indent) => {
        const text = JSON.stringify(review, undefined, indent);
        const found = parseReviewText(text);
        if (JSON.stringify(found) !== JSON.stringify(parsedWhole(text))) skipped += 1;
        assert.deepEqual(withoutManagedFields(found), withoutManagedFields(parsedWhole(text)));
      }),
      { numRuns: 3000 },
    );
    assert.ok(skipped > 100, `managed fields were skipped in ${skipped} reviews only`);
  });

  it('is refused if it is not JSON', () => {
    for (const text of ['', '{', '{"request":{"uid":"u","object":{"metadata":{"managedFields":[],"name":}}}}']) {
      assert.throws(() => parseReviewText(text), SyntaxError);
    }
  });
});
