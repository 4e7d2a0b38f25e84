import assert from 'node:assert/strict';
import type { JsonValue } from '../../../src/api/object.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';
import {
  highestOfLine,
  publishedIn,
  publishedLines,
  versionOf,
} from '../../../src/domain/revisions/published-version.ts';

const environment = (version: JsonValue | undefined, versions?: JsonValue): UncheckedObject => ({
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Environment',
  metadata: { name: 'primary', namespace: 'team' },
  spec: version === undefined ? {} : { version },
  ...(versions === undefined ? {} : { status: { versions } }),
});

const values: { version: JsonValue | undefined; is: string | undefined; why: string }[] = [
  { version: '1.3.6', is: '1.3.6', why: 'it is a version' },
  { version: '1.3.6-rc.1', is: '1.3.6-rc.1', why: 'a prerelease is a version' },
  { version: 'v1.3.6', is: undefined, why: 'a leading v is not part of a version' },
  { version: ' 1.3.6', is: undefined, why: 'semver would trim it' },
  { version: '1.3', is: undefined, why: 'a minor line is not a version' },
  { version: 1.3, is: undefined, why: 'a number is not a version' },
  { version: undefined, is: undefined, why: 'nothing is published' },
];

describe('the version of an object', () => {
  for (const { version, is, why } of values) {
    it(`is ${is ?? 'absent'} where spec.version is ${JSON.stringify(version) ?? 'absent'}: ${why}`, () => {
      assert.equal(versionOf(environment(version)), is);
    });
  }

  it('is absent where there is no object or no spec', () => {
    assert.equal(versionOf(undefined), undefined);
    const { spec: _, ...bare } = environment('1.3.6');
    assert.equal(versionOf(bare), undefined);
  });
});

const lines: { live?: string; versions?: JsonValue; of: string; is: string | undefined; why: string }[] = [
  { versions: { '1.3': '1.3.6' }, of: '1.3.7', is: '1.3.6', why: 'it is recorded' },
  { live: '1.3.6', of: '1.3.7', is: '1.3.6', why: 'the live object shows it before it is recorded' },
  { live: '1.3.5', versions: { '1.3': '1.3.6' }, of: '1.3.7', is: '1.3.6', why: 'the recorded one is higher' },
  { live: '1.3.10', versions: { '1.3': '1.3.9' }, of: '1.3.7', is: '1.3.10', why: 'patches are compared as numbers' },
  { live: '1.4.0', versions: { '1.4': '1.4.0' }, of: '1.3.0', is: undefined, why: 'it is in another line' },
  { live: '1.3.7-rc.1', of: '1.3.6', is: undefined, why: 'a release may be below a prerelease' },
  { versions: { '1.3-prerelease': '1.3.7-rc.1' }, of: '1.3.6', is: undefined, why: 'the same, recorded' },
  { versions: { '1.3': '1.3.6' }, of: '1.3.6-rc.1', is: '1.3.6', why: 'a prerelease may not follow its release' },
  {
    versions: { '1.3': '1.3.6', '1.3-prerelease': '1.3.7-rc.2' },
    of: '1.3.7-rc.1',
    is: '1.3.7-rc.2',
    why: 'prereleases are compared with each other',
  },
  { versions: { '1.3': 'none' }, of: '1.3.6', is: undefined, why: 'the record is malformed' },
  { versions: ['1.3.6'], of: '1.3.6', is: undefined, why: 'a list is not a map of lines' },
  { of: '1.3.6', is: undefined, why: 'nothing is published' },
];

describe('the highest published version of a line', () => {
  for (const { live, versions, of, is, why } of lines) {
    it(`is ${is ?? 'absent'} for ${of}: ${why}`, () => {
      assert.equal(highestOfLine(environment(live, versions), of), is);
    });
  }
});

describe('the versions in a status', () => {
  it('belong to the history of the object', () => {
    assert.deepEqual(publishedIn(environment('1.3.6', { '1.3': '1.3.6', '1.2': 7 })), { published: ['1.3.6'] });
    assert.deepEqual(publishedIn(environment('1.3.6')), {});
  });

  it('take up lines, and so does the version of the live object', () => {
    assert.deepEqual([...publishedLines(environment('1.4.0-rc.1', { '1.3': '1.3.6' }))], ['1.3', '1.4-prerelease']);
    assert.deepEqual([...publishedLines(environment(undefined))], []);
  });
});
