import assert from 'node:assert/strict';
import { isTrue, formatTime, withCondition } from '../../../../deploy/local/ocm-stand-in/conditions.ts';

const next = { type: 'Ready', status: 'True', reason: 'Good', message: '' } as const;

describe('OCM stand-in: conditions', () => {
  it('are added with the time', () => {
    assert.deepEqual(withCondition(undefined, next, 't1'), [{ ...next, lastTransitionTime: 't1' }]);
  });

  it('have a new time only if the status changes', () => {
    const before = withCondition(undefined, next, 't1');
    assert.equal(withCondition(before, { ...next, reason: 'Better' }, 't2')[0]?.lastTransitionTime, 't1');
    assert.equal(withCondition(before, { ...next, status: 'False' }, 't2')[0]?.lastTransitionTime, 't2');
  });

  it('keep their order', () => {
    const other = { ...next, type: 'Other' };
    const list = withCondition(withCondition(undefined, next, 't1'), other, 't1');
    assert.deepEqual(
      withCondition(list, { ...next, status: 'False' }, 't2').map((each) => each.type),
      ['Ready', 'Other'],
    );
    assert.equal(isTrue(list, 'Other'), true);
  });

  it('have times in whole seconds', () => assert.equal(formatTime(1_500), '1970-01-01T00:00:01Z'));
});
