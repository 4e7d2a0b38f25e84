import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonValue } from '../../../src/api/object.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';
import {
  sameSpec,
  sameTopology,
  withDefaults,
  withoutStaleDefaults,
} from '../../../src/domain/spoke/admission-defaults.ts';
import { anyJson } from '../../support/any-json.ts';
import { requestObject } from '../../support/facts.ts';
import { byop, environment, profile } from '../../support/manifests.ts';

const within = (lifecycle: JsonValue) => ({ manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle } } });
const complete = within({ spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } });

/** An Environment of topology-ocm with these properties, or of another topology. */
function withProperties(properties: JsonValue | undefined, type = 'topology-ocm'): UncheckedObject {
  const topology = properties === undefined ? { type } : { type, properties };
  return { ...requestObject(environment('team')), spec: { topology } };
}

describe('the defaults of an object', () => {
  it('are the lifecycle of an Environment of topology-ocm, and are added once', () => {
    const once = withDefaults('Environment', environment('team'));
    assert.notDeepEqual(once.spec, environment('team').spec);
    assert.deepEqual(withDefaults('Environment', once), once);
  });

  for (const [what, kind, object] of [
    ['another topology', 'Environment', environment('team', { topology: byop('hub', 'gpu') })],
    ['another kind', 'WorkloadProfile', profile('team')],
  ] as const) {
    it(`are not added to ${what}`, () => {
      assert.equal(withDefaults(kind, object), object);
    });
  }

  const cases: { given: JsonValue | undefined; becomes: JsonValue; why: string }[] = [
    { given: undefined, becomes: complete, why: 'there are no properties' },
    { given: {}, becomes: complete, why: 'the properties are empty' },
    { given: within({}), becomes: complete, why: 'the lifecycle is empty' },
    { given: complete, becomes: complete, why: 'nothing is absent' },
    {
      given: within({ spokeNamespace: { create: false } }),
      becomes: within({ spokeNamespace: { create: false, orphan: false }, workload: { orphan: false } }),
      why: 'existing values stay',
    },
    {
      given: within({ workload: 7 }),
      becomes: within({ workload: 7, spokeNamespace: { create: true, orphan: false } }),
      why: 'wrong values stay too, because the schema reports them',
    },
    {
      given: { manifestWorkReplicaSet: [] },
      becomes: { manifestWorkReplicaSet: [] },
      why: 'there is a list in place of an object',
    },
    { given: 'text', becomes: 'text', why: 'the properties are a string' },
    { given: null, becomes: null, why: 'the API server refuses null for all properties' },
    { given: within(null), becomes: complete, why: 'a property that is null counts as absent' },
    { given: { manifestWorkReplicaSet: null }, becomes: complete, why: 'so does one around it' },
    {
      given: { placement: { numberOfClusters: 3 } },
      becomes: { placement: { numberOfClusters: 3 }, ...complete },
      why: 'other properties do not change',
    },
  ];
  for (const { given, becomes, why } of cases) {
    it(`complete ${JSON.stringify(given)}: ${why}`, () => {
      const { spec } = withDefaults('Environment', withProperties(given));
      assert.deepEqual(spec?.['topology'], { type: 'topology-ocm', properties: becomes });
    });
  }

  it('change nothing the second time', () => {
    fc.assert(
      fc.property(anyJson, fc.constantFrom('', 'manifestWorkReplicaSet'), (value, field) => {
        const properties = field === '' ? value : { [field]: value };
        const once = withDefaults('Environment', withProperties(properties));
        assert.deepEqual(withDefaults('Environment', once), once);
      }),
    );
  });
});

describe('an update that only adds defaults', () => {
  const old = withProperties({});
  const completed = withProperties(complete);
  const edited = withProperties({ ...complete, placement: {} });

  it('leaves spec and topology the same', () => {
    assert.equal(sameSpec('Environment', completed, old), true);
    assert.equal(sameTopology(completed, old), true);
  });

  it('differs from an edit, and from one that removes them', () => {
    for (const [object, before] of [
      [edited, old],
      [old, completed],
    ] as const) {
      assert.equal(sameSpec('Environment', object, before), false);
      assert.equal(sameTopology(object, before), false);
    }
  });
});

describe('the defaults of a previous topology-ocm', () => {
  const old = withProperties(complete);
  const propertiesOf = (object: UncheckedObject) => withoutStaleDefaults('Environment', object, old).spec?.['topology'];

  it('are removed from another topology, with the maps that become empty', () => {
    assert.deepEqual(propertiesOf(withProperties(complete, 'edge')), { type: 'edge', properties: {} });
    assert.deepEqual(propertiesOf(withProperties({ ...complete, a: 1 }, 'edge')), {
      type: 'edge',
      properties: { a: 1 },
    });
  });

  const unchanged: { object: UncheckedObject; why: string }[] = [
    { object: withProperties(complete), why: 'the topology is the same' },
    { object: withProperties(within({ workload: { orphan: true } }), 'edge'), why: 'the values are not the defaults' },
    { object: withProperties(undefined, 'edge'), why: 'there are no properties' },
  ];
  for (const { object, why } of unchanged) {
    it(`are not removed if ${why}`, () => assert.equal(withoutStaleDefaults('Environment', object, old), object));
  }

  it('are not removed from another kind, nor from a new object', () => {
    const object = withProperties(complete, 'edge');
    assert.equal(withoutStaleDefaults('WorkloadProfile', object, old), object);
    assert.equal(withoutStaleDefaults('Environment', object, undefined), object);
  });
});
