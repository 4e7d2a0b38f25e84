import assert from 'node:assert/strict';
import { withDefaults } from '../../../src/domain/spoke/admission-defaults.ts';
import { byop, environment, profile } from '../../support/manifests.ts';

describe('the defaults of an object', () => {
  it('are the lifecycle of an Environment of topology-ocm, once', () => {
    const once = withDefaults('Environment', environment('team'));
    assert.notDeepEqual(once.spec, environment('team').spec);
    assert.deepEqual(withDefaults('Environment', once), once);
  });

  for (const [what, kind, object] of [
    ['another topology', 'Environment', environment('team', { topology: byop('hub', 'gpu') })],
    ['another kind', 'WorkloadProfile', profile('team')],
  ] as const) {
    it(`are none for ${what}`, () => {
      assert.equal(withDefaults(kind, object), object);
    });
  }
});
