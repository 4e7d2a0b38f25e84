import assert from 'node:assert/strict';
import type { History } from '../../../src/domain/refs/resolution.ts';
import { countUsers, usedRevisions } from '../../../src/domain/refs/used-revisions.ts';
import type { Use } from '../../../src/domain/refs/uses.ts';

const history: History = {
  newest: { revision: 4 },
  recorded: [{ revision: 1 }, { revision: 2, version: '9.3.0' }, { revision: 3 }, { revision: 4 }],
};
const newest: Use = { selector: { kind: 'newest' } };
const pin = (number: number): Use => ({ selector: { kind: 'number', number } });

describe('the revisions in use', () => {
  it('are counted by what refs resolve to', () => {
    const uses = [newest, newest, pin(1), pin(7)];
    assert.deepEqual(
      [...countUsers(uses, history)],
      [
        [4, 2],
        [1, 1],
      ],
      'revision 7 does not exist',
    );
  });

  it('include those that are applied, that recorded revisions of Environments pin, and that refs resolved to before', () => {
    const line: Use = { selector: { kind: 'line', major: 9, minor: 3 }, stamped: { namespace: 'team', revision: 1 } };
    const used = usedRevisions({ uses: [line], applied: [3], recorded: [pin(4)] }, history);
    assert.deepEqual(
      [...used].toSorted((left, right) => left - right),
      [1, 2, 3, 4],
    );
  });

  it('do not include what a ref without a revision resolved to before', () => {
    const moved: Use = { ...newest, stamped: { namespace: 'team', revision: 1 } };
    assert.deepEqual([...usedRevisions({ uses: [moved], applied: [], recorded: [] }, history)], [4]);
  });
});
