import assert from 'node:assert/strict';
import { acknowledgeableCodes } from '../../../src/domain/admission/acknowledgeable-codes.ts';
import { rules } from '../../../src/domain/admission/rules/all.ts';

describe('the codes that can be acknowledged', () => {
  it('are those of all rules that are not fixed', () => {
    const free = rules.filter(({ fixed }) => fixed !== true).map(({ code }) => code);
    assert.deepEqual([...acknowledgeableCodes].toSorted(), free.toSorted());
  });

  for (const code of ['InvalidSpec', 'NotYetRecorded', 'RevisionIsImmutable', 'NotAllowed']) {
    it(`are without ${code}, which nobody may set aside`, () => assert.equal(acknowledgeableCodes.has(code), false));
  }
});
