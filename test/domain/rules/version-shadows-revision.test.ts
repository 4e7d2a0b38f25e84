import assert from 'node:assert/strict';
import { versionShadowsRevision } from '../../../src/domain/rules/version-shadows-revision.ts';
import { factsOf, findingsOf } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

const base = environment('team');
const object = { ...base, spec: { ...base.spec, version: '2.0.0' } };
const users = Array.from({ length: 7 }, (_, index) => `WorkloadDeployment team/user-${index}`);

describe('VersionShadowsRevision', () => {
  it('refuses the version whose major somebody pins as a number', () => {
    const facts = factsOf({ object, oldObject: base }, { shadowedPins: users.slice(0, 1) });
    assert.deepEqual(findingsOf(versionShadowsRevision, facts), [{ path: 'spec.version' }]);
  });

  it('names five users, and counts the others', () => {
    const [found] = versionShadowsRevision.find(factsOf({ object, oldObject: base }, { shadowedPins: users }));
    assert.match(found?.message ?? '', /primary@v2 .*user-0, .*user-4 and 2 more/);
    assert.doesNotMatch(found?.message ?? '', /user-5/);
  });

  it('says nothing where nobody does', () => {
    for (const found of [{}, { shadowedPins: [] }]) {
      assert.deepEqual(versionShadowsRevision.find(factsOf({ object, oldObject: base }, found)), []);
    }
  });
});
