import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonValue } from '../../../src/api/object.ts';
import {
  readEnvironmentReadiness,
  type EnvironmentReadiness,
} from '../../../src/domain/status/environment-readiness.ts';
import { anyJson } from '../../support/any-json.ts';

const ready = (status: string, more: object = {}) => ({
  type: 'EnvironmentReady',
  status,
  reason: 'Why',
  message: 'w',
  ...more,
});
const verdictOn = (
  status: JsonValue | object | undefined,
  generation: number | undefined = 3,
): EnvironmentReadiness => {
  const metadata = { name: 'primary', ...(generation === undefined ? {} : { generation }) };
  return readEnvironmentReadiness({ metadata, ...(status === undefined ? {} : { status: status as object }) });
};
const notReady = { reason: 'Why', message: 'w' };

const cases: { what: string; status: JsonValue | object | undefined; verdict: EnvironmentReadiness; why: string }[] = [
  { what: 'no status', status: undefined, verdict: { isCurrent: false, selected: [] }, why: 'it is new' },
  {
    what: 'no condition',
    status: { selectedClusters: ['a'] },
    verdict: { isCurrent: false, selected: ['a'] },
    why: 'nobody has judged it',
  },
  {
    what: 'one that is ready',
    status: { conditions: [ready('True')], observedGeneration: 3, selectedClusters: ['b', 'a'] },
    verdict: { isCurrent: true, selected: ['a', 'b'] },
    why: 'nothing is wrong',
  },
  {
    what: 'one that is not',
    status: { conditions: [ready('False')], observedGeneration: 3 },
    verdict: { isCurrent: true, selected: [], notReady },
    why: 'judged so',
  },
  {
    what: 'one that was not ready before its last edit',
    status: { conditions: [ready('False')], observedGeneration: 2, selectedClusters: ['a'] },
    verdict: { isCurrent: false, selected: ['a'] },
    why: 'the edit may have mended it',
  },
  {
    what: 'a condition with a generation of its own',
    status: { conditions: [ready('False', { observedGeneration: 2 })], observedGeneration: 3 },
    verdict: { isCurrent: false, selected: [] },
    why: 'it knows best what it is about',
  },
  {
    what: 'one that nobody knows',
    status: { conditions: [ready('Unknown')], observedGeneration: 3 },
    verdict: { isCurrent: true, selected: [] },
    why: 'unknown is not judged not ready',
  },
  {
    what: 'a status out of a file',
    status: { conditions: [{ type: 'Other' }, ready('False', { reason: 1, message: null })] },
    verdict: { isCurrent: true, selected: [], notReady: { reason: 'NotReady', message: '' } },
    why: 'without a generation it is taken for what it says',
  },
  { what: 'a text', status: 'Ready', verdict: { isCurrent: false, selected: [] }, why: 'files may hold anything' },
];

describe('the verdict on an Environment', () => {
  for (const { what, status, verdict, why } of cases) {
    it(`with ${what} is ${verdict.notReady === undefined ? 'not that it is not ready' : 'that it is not ready'}: ${why}`, () => {
      assert.deepEqual(verdictOn(status), verdict);
    });
  }

  it('is read off any status', () => {
    const status = fc.record({
      conditions: fc.oneof(anyJson, fc.array(fc.record({ type: fc.constant('EnvironmentReady'), status: anyJson }))),
      selectedClusters: anyJson,
      observedGeneration: anyJson,
    });
    fc.assert(
      fc.property(fc.oneof(anyJson, status), (given) => {
        for (const name of verdictOn(given).selected) assert.equal(typeof name, 'string');
      }),
    );
  });
});
