import assert from 'node:assert/strict';
import { isProtected } from '../../../../src/domain/admission/deletion/protection.ts';

const key = 'spectrocloud.com/deletion-protection';

const cases: { namespace: string; value?: string; expected: boolean; why: string }[] = [
  { namespace: 'team', expected: false, why: 'protection is opt-in' },
  { namespace: 'team', value: 'true', expected: true, why: 'somebody asked for it' },
  { namespace: 'team', value: 'false', expected: false, why: 'somebody does not want it' },
  { namespace: 'team', value: 'yes', expected: true, why: 'a value that is not known must not permit a deletion' },
  { namespace: 'team', value: '', expected: true, why: 'a value that is not known must not permit a deletion' },
  { namespace: 'mural-system', expected: true, why: 'every namespace may use it' },
  { namespace: 'mural-system', value: 'false', expected: false, why: 'somebody switched it off' },
];

describe('the protection against deletion', () => {
  for (const { namespace, value, expected, why } of cases) {
    it(`${expected ? 'exists' : 'does not exist'} in ${namespace} with ${value === undefined ? 'no annotation' : JSON.stringify(value)}: ${why}`, () => {
      const annotations = value === undefined ? {} : { annotations: { [key]: value } };
      assert.equal(isProtected({ name: 'primary', namespace, ...annotations }, 'mural-system'), expected);
    });
  }

  it('does not exist for an object that is not known', () => {
    assert.equal(isProtected(undefined, 'mural-system'), false);
  });
});
