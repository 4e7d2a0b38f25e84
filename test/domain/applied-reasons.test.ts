import assert from 'node:assert/strict';
import { rules } from '../../src/domain/admission/rules/all.ts';
import { isBlocked, isProgress, isRetryable, isRuleBlock, ruleBlockReasons } from '../../src/domain/applied-reasons.ts';

const cases: { reason: string | undefined; ruleBlock: boolean; blocked: boolean; retryable: boolean; why: string }[] = [
  { reason: 'WorkloadConflict', ruleBlock: true, blocked: true, retryable: false, why: 'a rule denies the write' },
  { reason: 'NameTaken', ruleBlock: false, blocked: true, retryable: false, why: 'the hub has another object there' },
  { reason: 'RefusedByHub', ruleBlock: false, blocked: true, retryable: false, why: 'the API server rejects it' },
  { reason: 'DeadlineExceeded', ruleBlock: false, blocked: false, retryable: true, why: 'the machine was busy' },
  { reason: 'EngineFailed', ruleBlock: false, blocked: false, retryable: true, why: 'the engine broke' },
  { reason: 'InvalidParameter', ruleBlock: false, blocked: false, retryable: false, why: 'the same input fails again' },
  { reason: 'Applying', ruleBlock: false, blocked: false, retryable: false, why: 'it is under way' },
  { reason: 'constructor', ruleBlock: false, blocked: false, retryable: false, why: 'it is not a reason of mooring' },
  { reason: undefined, ruleBlock: false, blocked: false, retryable: false, why: 'there is no condition' },
];

describe('the reasons of Applied', () => {
  for (const { reason, ruleBlock, blocked, retryable, why } of cases) {
    it(`tell a block and a retry from ${reason ?? 'an absent reason'}: ${why}`, () => {
      assert.equal(isRuleBlock(reason), ruleBlock);
      assert.equal(isBlocked(reason), blocked);
      assert.equal(isRetryable(reason), retryable);
    });
  }

  it('tell whether everything is written to the hub', () => {
    assert.deepEqual(
      ['Applied', 'Applying', 'NoClustersSelected', 'WorkloadConflict', 'InvalidRender'].map(isProgress),
      [true, true, true, false, false],
    );
  });

  it('name exactly the rules that are enforced at apply', () => {
    const enforced = rules.filter(({ enforcedAt }) => enforcedAt.some((point) => point === 'apply'));
    assert.deepEqual([...ruleBlockReasons].toSorted(), enforced.map(({ code }) => code).toSorted());
  });

  it('belong to rules about the effects of a deployment on the spokes', () => {
    for (const { code, kinds, reason } of rules.filter((rule) => isRuleBlock(rule.code))) {
      assert.ok(kinds.includes('WorkloadDeployment'), code);
      assert.equal(reason, 'Forbidden', code);
    }
  });
});
