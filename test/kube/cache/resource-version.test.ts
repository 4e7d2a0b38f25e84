import assert from 'node:assert/strict';
import { isOlderVersion } from '../../../src/kube/cache/resource-version.ts';

describe('isOlderVersion', () => {
  const rows: [version: string, other: string, isOlder: boolean][] = [
    ['9', '10', true],
    ['10', '9', false],
    ['10', '10', false],
    ['19', '20', true],
    ['18446744073709551616', '18446744073709551617', true],
  ];
  for (const [version, other, isOlder] of rows) {
    it(`${version} is ${isOlder ? '' : 'not '}older than ${other}`, () =>
      assert.equal(isOlderVersion(version, other), isOlder));
  }
});
