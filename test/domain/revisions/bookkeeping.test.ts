import assert from 'node:assert/strict';
import * as annotations from '../../../src/domain/annotations.ts';
import { isBookkeepingAnnotation, isBookkeepingLabel } from '../../../src/domain/revisions/bookkeeping.ts';

const ofTools = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kubectl.kubernetes.io/restartedAt',
  'argocd.argoproj.io/tracking-id',
  'meta.helm.sh/release-name',
  'helm.sh/chart',
  'kustomize.toolkit.fluxcd.io/name',
  'reconcile.fluxcd.io/requestedAt',
  'velero.io/restore-name',
];

const ofPeople = [
  'owner',
  'app.kubernetes.io/version',
  'app.kubernetes.io/managed-by',
  'kubernetes.io/description',
  'helm.sh',
  'x.helm.sh/chart',
  'constructor',
  '__proto__',
  '',
];

describe('bookkeeping', () => {
  for (const key of ofTools) {
    it(`includes the label and the annotation ${key}`, () => {
      assert.equal(isBookkeepingAnnotation(key), true);
      assert.equal(isBookkeepingLabel(key), true);
    });
  }

  for (const key of ofPeople) {
    it(`does not include ${JSON.stringify(key)}, which people write`, () => {
      assert.equal(isBookkeepingAnnotation(key), false);
      assert.equal(isBookkeepingLabel(key), false);
    });
  }

  const own = Object.values(annotations).filter((value) => typeof value === 'string');
  for (const key of own) {
    it(`includes the annotation ${key} of mooring`, () => assert.equal(isBookkeepingAnnotation(key), true));
  }

  it('does not include labels with the prefix of mooring, which people write on their objects', () => {
    assert.equal(isBookkeepingLabel('spectrocloud.com/team'), false);
  });
});
