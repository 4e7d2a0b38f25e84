import assert from 'node:assert/strict';
import { acknowledgeableCodes } from '../../../src/domain/admission/rule-codes.ts';
import { rules } from '../../../src/domain/admission/rules/all.ts';

const enforcedAtApply = rules.filter(({ enforcedAt }) => enforcedAt.some((point) => point === 'apply'));

describe('the codes of rules that are enforced on apply', () => {
  it('are those of the lifecycle rules and of the rights on spoke namespaces, which the status lists as reasons', () => {
    assert.deepEqual(enforcedAtApply.map(({ code }) => code).toSorted(), [
      'HubNamespaceWouldBeOwned',
      'NamespaceLifecycleConflict',
      'NamespaceMetadataConflict',
      'NamespaceWouldBeDeleted',
      'ProtectedNamespace',
      'SpokeNamespaceInUse',
      'SpokeNamespaceNotAllowed',
      'WorkloadConflict',
      'WorkloadsWouldMove',
    ]);
  });

  it('can be acknowledged, except those of namespaces that belong to others or to the platform', () => {
    const fixed = ['HubNamespaceWouldBeOwned', 'ProtectedNamespace', 'SpokeNamespaceInUse', 'SpokeNamespaceNotAllowed'];
    for (const { code, kinds, overridable, reason } of enforcedAtApply) {
      assert.ok(kinds.includes('WorkloadDeployment'), code);
      assert.deepEqual({ overridable, reason }, { overridable: !fixed.includes(code), reason: 'Forbidden' }, code);
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
      'HubNamespaceWouldBeOwned',
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
