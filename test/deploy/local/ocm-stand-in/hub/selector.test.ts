import assert from 'node:assert/strict';
import {
  matchesLabels,
  findSelectorProblem,
  type LabelSelector,
} from '../../../../../deploy/local/ocm-stand-in/hub/selector.ts';

const labels = { a: '1', b: '2' };

describe('OCM stand-in: label selectors', () => {
  const rows: { why: string; selector: LabelSelector | undefined; matches: boolean }[] = [
    { why: 'there is no selector', selector: undefined, matches: true },
    { why: 'the selector is empty', selector: {}, matches: true },
    { why: 'one of two labels differs', selector: { matchLabels: { a: '1', b: '3' } }, matches: false },
    { why: 'In', selector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['0', '1'] }] }, matches: true },
    {
      why: 'In requires the label',
      selector: { matchExpressions: [{ key: 'c', operator: 'In', values: ['1'] }] },
      matches: false,
    },
    {
      why: 'NotIn matches a missing label',
      selector: { matchExpressions: [{ key: 'c', operator: 'NotIn', values: ['1'] }] },
      matches: true,
    },
    { why: 'Exists', selector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] }, matches: true },
    { why: 'DoesNotExist', selector: { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, matches: false },
  ];
  for (const { why, selector, matches } of rows) {
    it(`${matches ? 'matches' : 'does not match'}: ${why}`, () =>
      assert.equal(matchesLabels(selector, labels), matches));
  }

  it('are invalid with In without values', () => {
    assert.match(findSelectorProblem({ matchExpressions: [{ key: 'a', operator: 'In' }] }) ?? '', /can't be empty/);
  });

  it('are invalid with Exists with values', () => {
    const requirement = { key: 'a', operator: 'Exists', values: ['1'] };
    assert.match(findSelectorProblem({ matchExpressions: [requirement] }) ?? '', /must be empty/);
  });
});
