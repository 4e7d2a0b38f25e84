import assert from 'node:assert/strict';
import { textBytes } from '../../src/api/text-bytes.ts';

describe('the bytes of a text in the heap', () => {
  it('are one or two for each UTF-16 code unit', () => {
    assert.equal(textBytes('\u00e9'.repeat(100)) - textBytes(''), 100);
    assert.equal(textBytes(`${'x'.repeat(99)}\u2019`) - textBytes(''), 200);
  });
});
