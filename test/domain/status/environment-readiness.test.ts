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
const readinessOf = (
  status: JsonValue | object | undefined,
  generation: number | undefined = 3,
): EnvironmentReadiness => {
  const metadata = { name: 'primary', ...(generation === undefined ? {} : { generation }) };
  return readEnvironmentReadiness({ metadata, ...(status === undefined ? {} : { status: status as object }) });
};
const notReady = { reason: 'Why', message: 'w' };

const cases: { what: string; status: JsonValue | object | undefined; readiness: EnvironmentReadiness; why: string }[] =
  [
    {
      what: 'an Environment without status',
      status: undefined,
      readiness: { isCurrent: false, selected: [] },
      why: 'it is new',
    },
    {
      what: 'an Environment without condition',
      status: { selectedClusters: ['a'] },
      readiness: { isCurrent: false, selected: ['a'] },
      why: 'it was not evaluated',
    },
    {
      what: 'a ready Environment',
      status: { conditions: [ready('True')], observedGeneration: 3, selectedClusters: ['b', 'a'] },
      readiness: { isCurrent: true, selected: ['a', 'b'] },
      why: 'the condition is True',
    },
    {
      what: 'an Environment that is not ready',
      status: { conditions: [ready('False')], observedGeneration: 3 },
      readiness: { isCurrent: true, selected: [], notReady },
      why: 'the condition is False',
    },
    {
      what: 'an Environment that was not ready before its last edit',
      status: { conditions: [ready('False')], observedGeneration: 2, selectedClusters: ['a'] },
      readiness: { isCurrent: false, selected: ['a'] },
      why: 'the edit may have fixed it',
    },
    {
      what: 'a condition with its own generation',
      status: { conditions: [ready('False', { observedGeneration: 2 })], observedGeneration: 3 },
      readiness: { isCurrent: false, selected: [] },
      why: 'it takes precedence over that of the status',
    },
    {
      what: 'an unknown condition',
      status: { conditions: [ready('Unknown')], observedGeneration: 3 },
      readiness: { isCurrent: true, selected: [] },
      why: 'only False means not ready',
    },
    {
      what: 'a status in a file',
      status: { conditions: [{ type: 'Other' }, ready('False', { reason: 1, message: null })] },
      readiness: { isCurrent: true, selected: [], notReady: { reason: 'NotReady', message: '' } },
      why: 'without a generation it counts as current',
    },
    {
      what: 'a status that is a string',
      status: 'Ready',
      readiness: { isCurrent: false, selected: [] },
      why: 'files are not checked by an API server',
    },
  ];

describe('the readiness of an Environment', () => {
  for (const { what, status, readiness, why } of cases) {
    it(`of ${what} ${readiness.notReady === undefined ? 'has no failure' : 'is a failure'}: ${why}`, () => {
      assert.deepEqual(readinessOf(status), readiness);
    });
  }

  it('is read from a status of any shape', () => {
    const status = fc.record({
      conditions: fc.oneof(anyJson, fc.array(fc.record({ type: fc.constant('EnvironmentReady'), status: anyJson }))),
      selectedClusters: anyJson,
      observedGeneration: anyJson,
    });
    fc.assert(
      fc.property(fc.oneof(anyJson, status), (given) => {
        for (const name of readinessOf(given).selected) assert.equal(typeof name, 'string');
      }),
    );
  });
});
