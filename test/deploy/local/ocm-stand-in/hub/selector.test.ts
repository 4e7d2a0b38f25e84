import assert from 'node:assert/strict';
import {
  matchesLabels,
  selectorProblem,
  type LabelSelector,
} from '../../../../../deploy/local/ocm-stand-in/hub/selector.ts';

const labels = { a: '1', b: '2' };

describe('OCM stand-in: label selectors', () => {
  const rows: { why: string; selector: LabelSelector | undefined; fits: boolean }[] = [
    { why: 'no selector fits all', selector: undefined, fits: true },
    { why: 'an empty selector fits all', selector: {}, fits: true },
    { why: 'all labels must be equal', selector: { matchLabels: { a: '1', b: '3' } }, fits: false },
    { why: 'In', selector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['0', '1'] }] }, fits: true },
    {
      why: 'In needs the label',
      selector: { matchExpressions: [{ key: 'c', operator: 'In', values: ['1'] }] },
      fits: false,
    },
    {
      why: 'NotIn fits an absent label',
      selector: { matchExpressions: [{ key: 'c', operator: 'NotIn', values: ['1'] }] },
      fits: true,
    },
    { why: 'Exists', selector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] }, fits: true },
    { why: 'DoesNotExist', selector: { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, fits: false },
  ];
  for (const { why, selector, fits } of rows) {
    it(`${fits ? 'fits' : 'does not fit'}: ${why}`, () => assert.equal(matchesLabels(selector, labels), fits));
  }

  it('finds In without values', () => {
    assert.match(selectorProblem({ matchExpressions: [{ key: 'a', operator: 'In' }] }) ?? '', /can't be empty/);
  });

  it('finds Exists with values', () => {
    const requirement = { key: 'a', operator: 'Exists', values: ['1'] };
    assert.match(selectorProblem({ matchExpressions: [requirement] }) ?? '', /must be empty/);
  });
});
