import assert from 'node:assert/strict';
import { nextFreeVersion } from '../../../src/domain/revisions/next-version.ts';

describe('the next free version', () => {
  const rows: [version: string, published: string[], next: string, why: string][] = [
    ['1.3.6', [], '1.3.7', 'it is the next patch'],
    ['1.3.6', ['1.3.6', '1.3.9'], '1.3.10', 'it follows the highest of its line, compared as numbers'],
    ['1.3.6', ['1.4.0', '2.3.9'], '1.3.7', 'other lines do not matter'],
    ['1.3.6', ['1.3.7-rc.1'], '1.3.7', 'a prerelease leaves the number of its release free'],
    ['1.3.6-rc.1', [], '1.3.6-rc.2', 'a prerelease follows a prerelease'],
    ['1.3.6-rc.1', ['1.3.6-rc.4'], '1.3.6-rc.5', 'prereleases may be published already, too'],
    ['1.3.6-rc.1', ['1.3.6'], '1.3.7-0', 'a rollback of a prerelease publishes no release'],
    ['1.3.6', ['x', '1.3'], '1.3.7', 'a string that is not a version is skipped'],
  ];
  for (const [version, published, next, why] of rows) {
    it(`is ${next} after ${version} beside ${published.join(', ') || 'no other'}: ${why}`, () => {
      assert.equal(nextFreeVersion(version, published), next);
    });
  }
});
