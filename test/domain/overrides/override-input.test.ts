import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { overrideInputOf } from '../../../src/domain/overrides/override-input.ts';

describe('the policies and components of a pair', () => {
  const policy = { name: 'small', type: 'override', properties: {} };
  const component = { name: 'ui', type: 'webservice', properties: {} };

  it('come from the Environment and from the profile', () => {
    assert.deepEqual(overrideInputOf({ policies: [policy] }, { workload: { components: [component] } }), {
      policies: [policy],
      components: [component],
    });
  });

  const malformed: { what: string; environment: JsonObject; profile: JsonObject }[] = [
    { what: 'empty specs', environment: {}, profile: {} },
    { what: 'values that are not lists', environment: { policies: 'x' }, profile: { workload: { components: {} } } },
    { what: 'a workload that is not an object', environment: {}, profile: { workload: [] } },
    {
      what: 'items without a name or a type',
      environment: { policies: [{ type: 'override' }, 7] },
      profile: { workload: { components: [{ name: 'ui' }, { type: 'webservice' }, null] } },
    },
  ];
  for (const { what, environment, profile } of malformed) {
    it(`do not include ${what}`, () => {
      assert.deepEqual(overrideInputOf(environment, profile), { policies: [], components: [] });
    });
  }
});
