import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { JsonValue } from '../../../src/api/object.ts';
import { heapBytes } from '../../../src/domain/json/heap-size.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** The bytes of the heap that many parsed copies need, for one of them. */
function measured(value: JsonValue): number {
  const text = JSON.stringify(value);
  const count = Math.ceil(8_000_000 / text.length);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const copies = Array.from({ length: count }, (): unknown => JSON.parse(text));
  collectGarbage();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  assert.equal(copies.length, count);
  return bytes;
}

const component = (index: number) => ({
  name: `component-${index}`,
  type: 'webservice',
  properties: {
    image: `images/component:${index}`,
    replicas: index,
    env: [{ name: `A_${index}`, value: `v${index}` }],
  },
});

describe('the size of a value in the heap', () => {
  const values: Record<string, JsonValue> = {
    'a spec': { components: Array.from({ length: 50 }, (_, index) => component(index)) },
    'a long text': { text: 'x'.repeat(20_000) },
    'a long text beyond Latin-1': { text: '\u2019'.repeat(20_000) },
    'empty objects': Array.from({ length: 1000 }, () => ({})),
    'small values': Array.from({ length: 1000 }, (_, index) => [index, index + 0.5, null, true]),
  };
  for (const [title, value] of Object.entries(values)) {
    it(`is known for ${title}, within a factor of two`, () => {
      const ratio = heapBytes(value) / measured(value);
      assert.ok(ratio > 0.5 && ratio < 2, `ratio ${ratio}`);
    });
  }

  it('is known for a value that is nested too deeply for recursion', () => {
    assert.ok(heapBytes(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)) > 100_000);
  });
});
