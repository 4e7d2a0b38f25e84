import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { isDeeperThan } from '../../../src/domain/json/nesting.ts';
import { decideWithinBounds } from '../../../src/webhook/gather/decide-within-bounds.ts';
import { readReview, type AdmissionRequest } from '../../../src/webhook/review/review.ts';
import { admissionReview, deepReview } from '../../support/admission-review.ts';

const read = (text: string) => readReview(Buffer.from(text)).request;
const request = (fields: JsonObject) => read(JSON.stringify(admissionReview(fields)));
const notAsked = (): Promise<never> => assert.fail('asked');

describe('a decision within bounds', () => {
  it('is made for an object within bounds, and for a deletion', async () => {
    assert.equal(await decideWithinBounds(request({}), async ({ name }) => name), 'primary');
    const deletion = request({ operation: 'DELETE', object: null, oldObject: { metadata: { name: 'primary' } } });
    assert.equal(await decideWithinBounds(deletion, async ({ operation }) => operation), 'DELETE');
  });

  it('is a refusal without a look at an object that is too large', async () => {
    const spec = { topology: { type: 'mine', properties: { x: Array.from({ length: 20_000 }, () => 1) } } };
    const large = request({ object: { metadata: { name: 'primary', namespace: 'default' }, spec } });
    const { refusal } = await decideWithinBounds(large, notAsked);
    assert.match(refusal?.message ?? '', /^spec: has more than 20000 values/);
    assert.equal((await decideWithinBounds(read(deepReview(201)), notAsked)).refusal?.status, 422);
  });

  it('sees an old object without the levels that are too deep', async () => {
    let asked: AdmissionRequest | undefined;
    await decideWithinBounds(read(deepReview(20_000, 'oldObject', 'UPDATE')), async (bounded) => {
      asked = bounded;
    });
    assert.equal(isDeeperThan(asked?.oldObject, 200), false);
  });
});
