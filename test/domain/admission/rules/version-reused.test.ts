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

const cases: { from: string | undefined; to: string | undefined; clusters: number; denied: boolean; why: string }[] = [
  { from: '1.3.6', to: '1.3.7', clusters: 2, denied: false, why: 'the next patch' },
  { from: '1.3.6', to: '1.3.20', clusters: 2, denied: false, why: 'gaps are allowed' },
  { from: '1.3.6', to: '1.4.0', clusters: 2, denied: false, why: 'a new line' },
  { from: '2.0.0', to: '1.3.7', clusters: 2, denied: false, why: 'a patch of an older line' },
  { from: '1.3.6', to: '1.3.6', clusters: 2, denied: true, why: 'another spec under a published version' },
  { from: '1.3.6', to: '1.3.5', clusters: 2, denied: true, why: 'below the highest of its line' },
  { from: '2.0.0', to: '1.3.6', clusters: 2, denied: true, why: 'published before, with another spec' },
  { from: undefined, to: '1.3.6', clusters: 1, denied: true, why: 'it was published before, with an unknown spec' },
  { from: '1.3.6', to: undefined, clusters: 2, denied: false, why: 'nothing is published' },
  { from: '1.3.6', to: '1.3.6', clusters: 1, denied: false, why: 'the same spec' },
  { from: '1.3.6', to: '1.3.7-rc.1', clusters: 2, denied: false, why: 'a prerelease of the next version' },
  { from: '1.3.6', to: '1.3.6-rc.1', clusters: 2, denied: true, why: 'a prerelease of a published version' },
  { from: '1.3.6', to: '1.3.10', clusters: 2, denied: false, why: 'numbers are compared, not strings' },
];

describe('VersionReused', () => {
  for (const { from, to, clusters, denied, why } of cases) {
    it(`${denied ? 'denies' : 'allows'} ${to ?? 'no version'} after ${from ?? 'no version'}: ${why}`, () => {
      const found = findingsOf(versionReused, factsOf({ object: at(to, clusters), oldObject: stored(from) }));
      assert.deepEqual(found, denied ? [{ path: 'spec.version' }] : []);
    });
  }

  it('allows changes of labels under a published version', () => {
    const oldObject = stored('1.3.6');
    const object = { ...oldObject, metadata: { ...oldObject.metadata, labels: { a: 'b' } } };
    assert.deepEqual(findingsOf(versionReused, factsOf({ object, oldObject })), []);
  });

  it('allows a revert to the spec of a published version', () => {
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

  it('allows the empty patch that stamps an object and adds its defaults, because that is not an edit', () => {
    const bare: Environment = { ...at('1.0.0', 1), spec: { version: '1.0.0', topology: { type: 'topology-ocm' } } };
    const object = withDefaults('Environment', requestObject(bare));
    assert.deepEqual(findingsOf(versionReused, factsOf({ object, oldObject: bare })), []);
  });
});
