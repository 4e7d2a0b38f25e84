import assert from 'node:assert/strict';
import { lineKeyOf, lineOf, prereleaseLineOf } from '../../../src/domain/revisions/version-line.ts';

describe('the minor line of a version', () => {
  it('is its major and minor number, also for a prerelease', () => {
    assert.equal(lineOf('1.3.6'), '1.3');
    assert.equal(lineOf('0.0.0'), '0.0');
    assert.equal(lineOf('2.10.0-rc.1'), '2.10');
  });

  it('has a separate key for prereleases', () => {
    assert.equal(prereleaseLineOf('1.3.7-rc.1'), '1.3-prerelease');
    assert.notEqual(prereleaseLineOf('1.3.7-rc.1'), lineOf('1.3.7-rc.1'));
  });

  it('is the key that the version counts for', () => {
    assert.equal(lineKeyOf('1.3.6'), '1.3');
    assert.equal(lineKeyOf('1.3.7-rc.1'), '1.3-prerelease');
  });
});
