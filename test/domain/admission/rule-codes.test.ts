import assert from 'node:assert/strict';
import { acknowledgeableCodes } from '../../../src/domain/admission/rule-codes.ts';
import { rules } from '../../../src/domain/admission/rules/all.ts';

const enforcedAtApply = rules.filter(({ enforcedAt }) => enforcedAt.some((point) => point === 'apply'));

describe('the codes of rules that are enforced on apply', () => {
  it('are those of the four lifecycle rules, which the status of deployments lists as reasons', () => {
    assert.deepEqual(enforcedAtApply.map(({ code }) => code).toSorted(), [
      'NamespaceLifecycleConflict',
      'NamespaceWouldBeDeleted',
      'WorkloadConflict',
      'WorkloadsWouldMove',
    ]);
  });

  it('belong to rules about deployments that can be acknowledged', () => {
    for (const { code, kinds, overridable, reason } of enforcedAtApply) {
      assert.ok(kinds.includes('WorkloadDeployment'), code);
      assert.deepEqual({ overridable, reason }, { overridable: true, reason: 'Forbidden' }, code);
    }
  });
});

describe('the codes that can be acknowledged', () => {
  it('are sorted, as messages list them', () => {
    assert.deepEqual([...acknowledgeableCodes], [...acknowledgeableCodes].toSorted());
  });

  it('are those of all rules that mooring does not depend on', () => {
    const dependedOn = rules.map(({ code }) => code).filter((code) => !acknowledgeableCodes.has(code));
    assert.deepEqual(dependedOn.toSorted(), [
      'HistoryFull',
      'InvalidSpec',
      'LifecycleUnknown',
      'NotAllowed',
      'NotRecordable',
      'NotYetRecorded',
      'ReferenceStampDoesNotFit',
      'RevisionIsImmutable',
      'StampDoesNotFit',
      'VersionLinesFull',
    ]);
  });
});
