import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJson } from '../../../src/api/json-text.ts';
import type { JsonObject, JsonValue } from '../../../src/api/object.ts';
import { sharedWith } from '../../../src/domain/json/reused-values.ts';
import { anyJson, anyJsonObject } from '../../support/any-json.ts';

const copy = <T extends JsonValue>(value: T): T => parseJson(JSON.stringify(value));
const parsed = (text: string): JsonObject => parseJson(text);

describe('values that are shared with an old object', () => {
  it('are the old ones where nothing changed, at any depth', () => {
    const before = parsed('{"same":{"a":[1,{"b":2}]},"edited":{"left":{"x":1},"count":1}}');
    const after = sharedWith(parsed('{"same":{"a":[1,{"b":2}]},"edited":{"left":{"x":1},"count":2}}'), before);
    assert.ok(typeof after === 'object' && after !== null && !Array.isArray(after));
    assert.equal(after['same'], before['same']);
    assert.notEqual(after['edited'], before['edited']);
    assert.equal(Reflect.get(Object(after['edited']), 'left'), Reflect.get(Object(before['edited']), 'left'));
    assert.deepEqual(after, parsed('{"same":{"a":[1,{"b":2}]},"edited":{"left":{"x":1},"count":2}}'));
  });

  it('are the whole old object if all is equal', () => {
    fc.assert(
      fc.property(anyJson, (before) => {
        assert.ok(Object.is(sharedWith(copy(before), before), before));
      }),
    );
  });

  it('print the same text as before, also if the order of keys differs, and leave the old object as it was', () => {
    const reversed = (object: JsonObject): JsonObject => Object.fromEntries(Object.entries(object).toReversed());
    const pairs = fc.oneof(
      fc.tuple(anyJson, anyJson),
      fc.tuple(anyJsonObject, anyJsonObject).map(([one, other]) => [
        { ...one, ...other },
        { ...other, ...one },
      ]),
      anyJsonObject.map((one) => [reversed(one), one]),
      fc.tuple(fc.array(anyJson), anyJson).map(([list, item]) => [[...list, item], list]),
    );
    fc.assert(
      fc.property(pairs, ([after = null, before = null]) => {
        const [textAfter, textBefore] = [JSON.stringify(after), JSON.stringify(before)];
        assert.equal(JSON.stringify(sharedWith(copy(after), before)), textAfter);
        assert.equal(JSON.stringify(before), textBefore);
      }),
      { numRuns: 1000 },
    );
  });

  it('are not looked for below 200 levels, so that deep nesting does not overflow the stack', () => {
    const deep = () => parsed(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    const [after, before] = [deep(), deep()];
    assert.equal(sharedWith(after, before), after);
  });
});
