import assert from 'node:assert/strict';
import type { Referrer } from '../../../../src/domain/admission/facts.ts';
import { versionShadowsRevision } from '../../../../src/domain/admission/rules/version-shadows-revision.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';

const base = environment('team');
const object = { ...base, spec: { ...base.spec, version: '2.0.0' } };
const user = (name: string, more: Partial<Referrer> = {}): Referrer => {
  return { kind: 'WorkloadDeployment', namespace: 'team', name, visible: true, ...more };
};
const pinnedBy = (...shadowedPins: Referrer[]) => factsOf({ object, oldObject: base }, { shadowedPins });

describe('VersionShadowsRevision', () => {
  it('denies a version whose major is pinned as a number', () => {
    assert.deepEqual(findingsOf(versionShadowsRevision, pinnedBy(user('web'))), [{ path: 'spec.version' }]);
  });

  it('warns about deployments in other namespaces, which are held', () => {
    const elsewhere = user('web', { namespace: 'other' });
    assert.deepEqual(findingsOf(versionShadowsRevision, pinnedBy(elsewhere)), [
      { path: 'spec.version', severity: 'warn' },
    ]);
    assert.match(
      messagesOf(versionShadowsRevision, pinnedBy(elsewhere)),
      /other\/web in another namespace; what is applied/,
    );
    assert.deepEqual(findingsOf(versionShadowsRevision, pinnedBy(elsewhere, user('web'))), [
      { path: 'spec.version' },
      { path: 'spec.version', severity: 'warn' },
    ]);
  });

  it('warns about Environments in other namespaces, which are held too', () => {
    const pins = pinnedBy(user('primary', { kind: 'Environment', namespace: 'other' }));
    assert.deepEqual(findingsOf(versionShadowsRevision, pins), [{ path: 'spec.version', severity: 'warn' }]);
    const own = pinnedBy(user('primary', { kind: 'Environment' }));
    assert.deepEqual(findingsOf(versionShadowsRevision, own), [{ path: 'spec.version' }]);
  });

  it('names five users, and counts the others', () => {
    const seven = Array.from({ length: 7 }, (_, index) => user(`user-${index}`));
    const words = messagesOf(versionShadowsRevision, pinnedBy(...seven));
    assert.match(words, /primary@v2 .*WorkloadDeployment team\/user-0, .*user-4 and 2 more/);
    assert.doesNotMatch(words, /user-5/);
  });

  it('counts users that the requester may not see, and never names them', () => {
    const hidden = [user('secret', { visible: false }), user('secret-too', { visible: false })];
    assert.match(messagesOf(versionShadowsRevision, pinnedBy(...hidden)), /2 WorkloadDeployments;/);
    const words = messagesOf(versionShadowsRevision, pinnedBy(...hidden, user('web')));
    assert.match(words, /WorkloadDeployment team\/web and 2 more;/);
    assert.doesNotMatch(words, /secret/);
  });

  it('finds nothing without such a pin', () => {
    assert.deepEqual(versionShadowsRevision.find(factsOf({ object, oldObject: base })), []);
    assert.deepEqual(versionShadowsRevision.find(pinnedBy()), []);
  });
});
