import assert from 'node:assert/strict';
import type { Taint, Toleration } from '../../../../../deploy/local/ocm-stand-in/hub/cluster-kinds.ts';
import { tolerationProblem, tolerates } from '../../../../../deploy/local/ocm-stand-in/hub/toleration.ts';
import { cluster } from '../builders.ts';

const down: Taint = { key: 'down', value: 'yes', effect: 'NoSelect' };

describe('OCM stand-in: tolerates', () => {
  const rows: { why: string; taints: Taint[]; tolerations: Toleration[]; chosen?: boolean; tolerated: boolean }[] = [
    { why: 'no taint needs no toleration', taints: [], tolerations: [], tolerated: true },
    { why: 'a taint without toleration', taints: [down], tolerations: [], tolerated: false },
    {
      why: 'Equal is the default and compares values',
      taints: [down],
      tolerations: [{ key: 'down', value: 'yes' }],
      tolerated: true,
    },
    { why: 'another value', taints: [down], tolerations: [{ key: 'down', value: 'no' }], tolerated: false },
    {
      why: 'Exists looks at no value',
      taints: [down],
      tolerations: [{ key: 'down', operator: 'Exists' }],
      tolerated: true,
    },
    {
      why: 'Exists without a key tolerates all',
      taints: [down],
      tolerations: [{ operator: 'Exists' }],
      tolerated: true,
    },
    {
      why: 'another effect',
      taints: [down],
      tolerations: [{ key: 'down', operator: 'Exists', effect: 'NoSelectIfNew' }],
      tolerated: false,
    },
    {
      why: 'PreferNoSelect never keeps out',
      taints: [{ ...down, effect: 'PreferNoSelect' }],
      tolerations: [],
      tolerated: true,
    },
    {
      why: 'NoSelectIfNew spares a chosen one',
      taints: [{ ...down, effect: 'NoSelectIfNew' }],
      tolerations: [],
      chosen: true,
      tolerated: true,
    },
    {
      why: 'NoSelectIfNew keeps a new one out',
      taints: [{ ...down, effect: 'NoSelectIfNew' }],
      tolerations: [],
      tolerated: false,
    },
    {
      why: 'every taint needs one',
      taints: [down, { key: 'slow', effect: 'NoSelect' }],
      tolerations: [{ key: 'down', operator: 'Exists' }],
      tolerated: false,
    },
  ];
  for (const { why, taints, tolerations, chosen = false, tolerated } of rows) {
    it(`${tolerated ? 'takes' : 'leaves'}: ${why}`, () => {
      assert.equal(tolerates(cluster('c', { spec: { taints } }), tolerations, { chosen, now: 0 }).tolerated, tolerated);
    });
  }

  it('refuses a value next to Exists', () => {
    const problem = tolerationProblem([{ key: 'a', operator: 'Exists', value: 'b' }]);
    assert.equal(problem, 'If the operator is Exists, the value should be empty.');
  });
});
