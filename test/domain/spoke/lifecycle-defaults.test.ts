import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonValue } from '../../../src/api/object.ts';
import { withLifecycleDefaults } from '../../../src/domain/spoke/lifecycle-defaults.ts';
import { anyJson } from '../../support/any-json.ts';

const within = (lifecycle: JsonValue) => ({ manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle } } });
const whole = within({ spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } });

const cases: { given: JsonValue | undefined; becomes: JsonValue; why: string }[] = [
  { given: undefined, becomes: whole, why: 'no properties' },
  { given: {}, becomes: whole, why: 'empty properties' },
  { given: within({}), becomes: whole, why: 'an empty lifecycle' },
  { given: whole, becomes: whole, why: 'nothing is absent' },
  {
    given: within({ spokeNamespace: { create: false } }),
    becomes: within({ spokeNamespace: { create: false, orphan: false }, workload: { orphan: false } }),
    why: 'what is there stays',
  },
  {
    given: within({ workload: 7 }),
    becomes: within({ workload: 7, spokeNamespace: { create: true, orphan: false } }),
    why: 'what is wrong stays too: the schema has its words for it',
  },
  {
    given: { manifestWorkReplicaSet: [] },
    becomes: { manifestWorkReplicaSet: [] },
    why: 'a list where an object should be',
  },
  { given: 'text', becomes: 'text', why: 'properties that are none' },
  { given: null, becomes: null, why: 'null is not absent' },
  {
    given: { placement: { numberOfClusters: 3 } },
    becomes: { placement: { numberOfClusters: 3 }, ...whole },
    why: 'other properties are left alone',
  },
];

describe('the defaults of lifecycle', () => {
  for (const { given, becomes, why } of cases) {
    it(`fill ${JSON.stringify(given)}: ${why}`, () => assert.deepEqual(withLifecycleDefaults(given), becomes));
  }

  it('change nothing the second time', () => {
    fc.assert(
      fc.property(anyJson, fc.constantFrom('', 'manifestWorkReplicaSet'), (value, field) => {
        const once = withLifecycleDefaults(field === '' ? value : { [field]: value });
        assert.deepEqual(withLifecycleDefaults(once), once);
      }),
    );
  });
});
