import assert from 'node:assert/strict';
import type { Taint, Toleration } from '../../../../../deploy/local/ocm-stand-in/hub/cluster-kinds.ts';
import { findTolerationProblem, tolerates } from '../../../../../deploy/local/ocm-stand-in/hub/toleration.ts';
import { cluster } from '../builders.ts';

const down: Taint = { key: 'down', value: 'yes', effect: 'NoSelect' };

describe('OCM stand-in: tolerates', () => {
  const rows: { why: string; taints: Taint[]; tolerations: Toleration[]; selected?: boolean; tolerated: boolean }[] = [
    { why: 'there is no taint', taints: [], tolerations: [], tolerated: true },
    { why: 'there is no toleration for the taint', taints: [down], tolerations: [], tolerated: false },
    {
      why: 'the default operator Equal compares the values',
      taints: [down],
      tolerations: [{ key: 'down', value: 'yes' }],
      tolerated: true,
    },
    { why: 'the value differs', taints: [down], tolerations: [{ key: 'down', value: 'no' }], tolerated: false },
    {
      why: 'the operator Exists ignores the value',
      taints: [down],
      tolerations: [{ key: 'down', operator: 'Exists' }],
      tolerated: true,
    },
    {
      why: 'the operator Exists without a key tolerates every taint',
      taints: [down],
      tolerations: [{ operator: 'Exists' }],
      tolerated: true,
    },
    {
      why: 'the effect differs',
      taints: [down],
      tolerations: [{ key: 'down', operator: 'Exists', effect: 'NoSelectIfNew' }],
      tolerated: false,
    },
    {
      why: 'the effect PreferNoSelect does not prevent a selection',
      taints: [{ ...down, effect: 'PreferNoSelect' }],
      tolerations: [],
      tolerated: true,
    },
    {
      why: 'the effect NoSelectIfNew does not affect a selected cluster',
      taints: [{ ...down, effect: 'NoSelectIfNew' }],
      tolerations: [],
      selected: true,
      tolerated: true,
    },
    {
      why: 'the effect NoSelectIfNew prevents the selection of a new cluster',
      taints: [{ ...down, effect: 'NoSelectIfNew' }],
      tolerations: [],
      tolerated: false,
    },
    {
      why: 'only one of two taints is tolerated',
      taints: [down, { key: 'slow', effect: 'NoSelect' }],
      tolerations: [{ key: 'down', operator: 'Exists' }],
      tolerated: false,
    },
  ];
  for (const { why, taints, tolerations, selected = false, tolerated } of rows) {
    it(`is ${tolerated ? 'true' : 'false'}: ${why}`, () => {
      assert.equal(
        tolerates(cluster('c', { spec: { taints } }), tolerations, { selected, now: 0 }).tolerated,
        tolerated,
      );
    });
  }

  it('reports a value together with the operator Exists', () => {
    const problem = findTolerationProblem([{ key: 'a', operator: 'Exists', value: 'b' }]);
    assert.equal(problem, 'If the operator is Exists, the value should be empty.');
  });
});
