import assert from 'node:assert/strict';
import type { Environment } from '../../../../src/api/environment.ts';
import { versionReused } from '../../../../src/domain/admission/rules/version-reused.ts';
import { withDefaults } from '../../../../src/domain/spoke/admission-defaults.ts';
import { factsOf, findingsOf, requestObject } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const versions = { '1.3': '1.3.6', '2.0': '2.0.0' };
const at = (version: string | undefined, clusters: number): Environment => {
  const object = environment('team', { placement: { numberOfClusters: clusters } });
  return version === undefined ? object : { ...object, spec: { ...object.spec, version } };
};
const stored = (version: string | undefined) => ({ ...at(version, 1), status: { versions } });

const cases: { from: string | undefined; to: string | undefined; clusters: number; refused: boolean; why: string }[] = [
  { from: '1.3.6', to: '1.3.7', clusters: 2, refused: false, why: 'the next patch' },
  { from: '1.3.6', to: '1.3.20', clusters: 2, refused: false, why: 'gaps are fine' },
  { from: '1.3.6', to: '1.4.0', clusters: 2, refused: false, why: 'a new line' },
  { from: '2.0.0', to: '1.3.7', clusters: 2, refused: false, why: 'a patch of an older line' },
  { from: '1.3.6', to: '1.3.6', clusters: 2, refused: true, why: 'another spec under a published version' },
  { from: '1.3.6', to: '1.3.5', clusters: 2, refused: true, why: 'below the highest of its line' },
  { from: '2.0.0', to: '1.3.6', clusters: 2, refused: true, why: 'published before, with another spec' },
  { from: undefined, to: '1.3.6', clusters: 1, refused: true, why: 'published before: nothing says with which spec' },
  { from: '1.3.6', to: undefined, clusters: 2, refused: false, why: 'without a version there is nothing to mean' },
  { from: '1.3.6', to: '1.3.6', clusters: 1, refused: false, why: 'the same spec' },
  { from: '1.3.6', to: '1.3.7-rc.1', clusters: 2, refused: false, why: 'a prerelease of what comes next' },
  { from: '1.3.6', to: '1.3.6-rc.1', clusters: 2, refused: true, why: 'a prerelease of what is published' },
  { from: '1.3.6', to: '1.3.10', clusters: 2, refused: false, why: 'compared as numbers, not as text' },
];

describe('VersionReused', () => {
  for (const { from, to, clusters, refused, why } of cases) {
    it(`${refused ? 'refuses' : 'lets'} ${from ?? 'no version'} become ${to ?? 'no version'}: ${why}`, () => {
      const found = findingsOf(versionReused, factsOf({ object: at(to, clusters), oldObject: stored(from) }));
      assert.deepEqual(found, refused ? [{ path: 'spec.version' }] : []);
    });
  }

  it('lets labels change under a published version', () => {
    const oldObject = stored('1.3.6');
    const object = { ...oldObject, metadata: { ...oldObject.metadata, labels: { a: 'b' } } };
    assert.deepEqual(findingsOf(versionReused, factsOf({ object, oldObject })), []);
  });

  it('lets a published spec come back under its version', () => {
    const object = at('1.3.6', 7);
    const facts = factsOf(
      { object, oldObject: stored('2.0.0') },
      { publishedSpec: JSON.parse(JSON.stringify(object.spec)) },
    );
    assert.deepEqual(findingsOf(versionReused, facts), []);
  });

  it('names the next free version', () => {
    const [found] = versionReused.find(factsOf({ object: at('1.3.6', 2), oldObject: stored('1.3.6') }));
    assert.match(found?.message ?? '', /1\.3\.7/);
  });

  it('lets the touch through that stamps what came while the webhook was away: its defaults are no edit', () => {
    const bare: Environment = { ...at('1.0.0', 1), spec: { version: '1.0.0', topology: { type: 'topology-ocm' } } };
    const object = withDefaults('Environment', requestObject(bare));
    assert.deepEqual(findingsOf(versionReused, factsOf({ object, oldObject: bare })), []);
  });
});
