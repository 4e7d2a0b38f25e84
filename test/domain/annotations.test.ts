import assert from 'node:assert/strict';
import * as annotations from '../../src/domain/annotations.ts';

const { isBookkeeping } = annotations;

describe('annotations', () => {
  for (const name of [
    annotations.revisionAnnotation,
    annotations.revisionHashAnnotation,
    annotations.environmentRevisionAnnotation,
    annotations.acknowledgeAnnotation,
    'kubectl.kubernetes.io/last-applied-configuration',
    'argocd.argoproj.io/tracking-id',
    'meta.helm.sh/release-name',
  ]) {
    it(`include the bookkeeping annotation ${name}, whose change makes no revision`, () =>
      assert.equal(isBookkeeping(name), true));
  }

  for (const name of ['owner', 'kubectl.kubernetes.io/restartedAt', 'constructor', '__proto__', '']) {
    it(`count a change of ${JSON.stringify(name)} as an edit`, () => assert.equal(isBookkeeping(name), false));
  }

  it('have valid names', () => {
    const names = Object.values(annotations).filter((value) => typeof value === 'string');
    for (const name of [...names, ...Object.values(annotations.revisionLabels)]) {
      assert.match(name, /^[a-z0-9.-]{1,253}\/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
    }
  });
});
