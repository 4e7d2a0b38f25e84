import assert from 'node:assert/strict';
import { rules } from '../../../src/domain/admission/rules/all.ts';
import { applyEnforcedCodes } from '../../../src/domain/admission/second-line.ts';

describe('the codes of the second line', () => {
  it('are those of the rules that the controller applies once more', () => {
    const again = rules.filter(({ secondLine }) => secondLine === true);
    assert.deepEqual([...applyEnforcedCodes].toSorted(), again.map(({ code }) => code).toSorted());
  });

  it('are of rules that judge what a request does to a deployment on the spokes, and that can be acknowledged', () => {
    const again = rules.filter(({ code }) => applyEnforcedCodes.has(code));
    for (const { code, kinds, fixed, reason } of again) {
      assert.ok(kinds.includes('WorkloadDeployment'), code);
      assert.deepEqual({ fixed, reason }, { fixed: undefined, reason: 'Forbidden' }, code);
    }
  });
});
