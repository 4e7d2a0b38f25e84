import assert from 'node:assert/strict';
import { flagWords } from '../../../../../deploy/local/hub/processes/flag-words.ts';

describe('flags as words', () => {
  it('repeat the name for each value of a list, and leave out an empty one', () => {
    const words = flagWords({ port: '1', rule: ['A=off', 'B=warn'], none: [] });
    assert.equal(words.join(' '), '--port 1 --rule A=off --rule B=warn');
  });
});
