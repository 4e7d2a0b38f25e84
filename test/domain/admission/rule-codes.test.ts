import assert from 'node:assert/strict';
import { acknowledgeableCodes } from '../../../src/domain/admission/rule-codes.ts';
import { rules } from '../../../src/domain/admission/rules/all.ts';

const enforcedAtApply = rules.filter(({ enforcedAt }) => enforcedAt.some((point) => point === 'apply'));

describe('the codes of rules that are enforced on apply', () => {
  it('are those of the lifecycle rules and of the rights on spoke namespaces, which the status lists as reasons', () => {
    assert.deepEqual(enforcedAtApply.map(({ code }) => code).toSorted(), [
      'NamespaceLifecycleConflict',
      'NamespaceWouldBeDeleted',
      'ProtectedNamespace',
      'SpokeNamespaceInUse',
      'SpokeNamespaceNotAllowed',
      'WorkloadConflict',
      'WorkloadsWouldMove',
    ]);
  });

  it('can be acknowledged, except those of rights, which an administrator grants', () => {
    for (const { code, kinds, overridable, reason } of enforcedAtApply) {
      assert.ok(kinds.includes('WorkloadDeployment'), code);
      const isAboutRights = ['ProtectedNamespace', 'SpokeNamespaceInUse', 'SpokeNamespaceNotAllowed'].includes(code);
      assert.deepEqual({ overridable, reason }, { overridable: !isAboutRights, reason: 'Forbidden' }, code);
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
      'ProtectedNamespace',
      'ReferenceStampDoesNotFit',
      'RestoredRevisionDoesNotFit',
      'RevisionIsImmutable',
      'RevisionTooHigh',
      'RightStampDoesNotFit',
      'SpokeNamespaceInUse',
      'SpokeNamespaceNotAllowed',
      'StampDoesNotFit',
      'VersionLinesFull',
    ]);
  });
});
