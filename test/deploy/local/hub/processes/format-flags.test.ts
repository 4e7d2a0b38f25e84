import assert from 'node:assert/strict';
import { formatFlags } from '../../../../../deploy/local/hub/processes/format-flags.ts';

describe('flags as arguments', () => {
  it('are repeated for each value of a list, and omitted for an empty list', () => {
    const args = formatFlags({ port: '1', rule: ['A=off', 'B=warn'], none: [] });
    assert.equal(args.join(' '), '--port 1 --rule A=off --rule B=warn');
  });
});
