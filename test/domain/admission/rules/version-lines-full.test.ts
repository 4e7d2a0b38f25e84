import assert from 'node:assert/strict';
import { versionLinesFull } from '../../../../src/domain/admission/rules/version-lines-full.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const at = (version: string | undefined, clusters: number) => {
  const object = environment('team', { placement: { numberOfClusters: clusters } });
  return version === undefined ? object : { ...object, spec: { ...object.spec, version } };
};
const lines = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, minor) => [`0.${minor}`, `0.${minor}.0`]));
const stored = (version: string | undefined, count: number) => ({
  ...at(version, 1),
  status: { versions: lines(count) },
});

const cases: { lines: number; from: string | undefined; to: string | undefined; denied: boolean; why: string }[] = [
  { lines: 1023, from: '0.5.0', to: '1.0.0', denied: false, why: 'it is line 1,024' },
  { lines: 1024, from: '0.5.0', to: '1.0.0', denied: true, why: 'it is line 1,025' },
  { lines: 1024, from: '0.5.0', to: '0.7.1', denied: false, why: 'the line exists' },
  { lines: 1024, from: '0.5.0', to: '0.7.1-rc.1', denied: true, why: 'the first prerelease of a line takes an entry' },
  { lines: 1024, from: '0.5.0', to: undefined, denied: false, why: 'nothing is published' },
  { lines: 1024, from: '0.5.0', to: '0.5.0', denied: false, why: 'that is for VersionReused to deny' },
  { lines: 1023, from: '1.0.0', to: '1.1.0', denied: true, why: 'the live version is not in the status yet' },
  {
    lines: 1024,
    from: '1.0.0',
    to: '1.0.1',
    denied: false,
    why: 'the line of the live version, stored without admission',
  },
];

describe('VersionLinesFull', () => {
  for (const { lines: count, from, to, denied, why } of cases) {
    it(`${denied ? 'denies' : 'allows'} ${to ?? 'no version'} after ${from ?? 'no version'} with ${count} lines: ${why}`, () => {
      const found = findingsOf(versionLinesFull, factsOf({ object: at(to, 2), oldObject: stored(from, count) }));
      assert.deepEqual(found, denied ? [{ path: 'spec.version' }] : []);
    });
  }

  it('allows an edit of labels, whatever is published', () => {
    const oldObject = stored('1.0.0', 1024);
    const object = { ...oldObject, metadata: { ...oldObject.metadata, labels: { a: 'b' } } };
    assert.deepEqual(findingsOf(versionLinesFull, factsOf({ object, oldObject })), []);
    assert.deepEqual(findingsOf(versionLinesFull, factsOf({ object })), [], 'a new object has no lines');
  });

  it('says what to do', () => {
    const [found] = versionLinesFull.find(factsOf({ object: at('0.7.1-rc.1', 2), oldObject: stored('0.5.0', 1024) }));
    assert.match(found?.message ?? '', /would begin line 0\.7-prerelease.*status\.versions.*such as 0\.7\.1/);
    const [other] = versionLinesFull.find(factsOf({ object: at('2.0.0', 2), oldObject: stored('0.5.0', 1024) }));
    assert.match(other?.message ?? '', /publish the next version of one of these lines, or use a new object/);
  });
});
