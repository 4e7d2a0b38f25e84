import assert from 'node:assert/strict';
import { nextFreeVersion } from '../../../src/domain/revisions/next-version.ts';

describe('the next free version', () => {
  const rows: [version: string, published: string[], next: string, why: string][] = [
    ['1.3.6', [], '1.3.7', 'the next patch'],
    ['1.3.6', ['1.3.6', '1.3.9'], '1.3.10', 'after the highest of its line, by number and not by text'],
    ['1.3.6', ['1.4.0', '2.3.9'], '1.3.7', 'other lines do not matter'],
    ['1.3.6', ['1.3.7-rc.1'], '1.3.7', 'a prerelease does not take the place of its release'],
    ['1.3.6-rc.1', [], '1.3.6-rc.2', 'after a prerelease comes a prerelease'],
    ['1.3.6-rc.1', ['1.3.6-rc.4'], '1.3.6-rc.5', 'prereleases may be taken too'],
    ['1.3.6-rc.1', ['1.3.6'], '1.3.7-0', 'a release is never published in passing'],
    ['1.3.6', ['x', '1.3'], '1.3.7', 'what is no version is skipped'],
  ];
  for (const [version, published, next, why] of rows) {
    it(`is ${next} after ${version} beside ${published.join(', ') || 'nothing'}: ${why}`, () => {
      assert.equal(nextFreeVersion(version, published), next);
    });
  }
});
