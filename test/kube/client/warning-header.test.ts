import assert from 'node:assert/strict';
import { warningTexts } from '../../../src/kube/client/warning-header.ts';

describe('warning headers', () => {
  const rows: [header: string, texts: string[], why: string][] = [
    ['299 - "be careful"', ['be careful'], 'as the API server writes it'],
    ['299 - "say \\"x\\" and \\\\"', ['say "x" and \\'], 'quotes and backslashes are escaped'],
    ['299 - "one", 299 - "two"', ['one', 'two'], 'a proxy may join headers'],
    ['110 anderson/1.3.37 "Response is stale"', [], 'a cache sends other warnings'],
    ['nonsense', [], 'an invalid header is skipped'],
  ];
  for (const [header, texts, why] of rows) {
    it(`contain ${texts.length} texts in ${header}: ${why}`, () => assert.deepEqual(warningTexts([header]), texts));
  }

  it('are read from several headers', () => {
    assert.deepEqual(warningTexts(['299 - "a"', '299 - "b"']), ['a', 'b']);
  });
});
