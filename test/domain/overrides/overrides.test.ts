import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/object.ts';
import type { Component } from '../../../src/api/workload.ts';
import { applyOverrides } from '../../../src/domain/overrides/overrides.ts';

const ui: Component = { name: 'ui', type: 'webservice', properties: { image: 'ui:1', replicas: 3 } };
const api: Component = {
  name: 'api',
  type: 'webservice',
  properties: { image: 'api:1' },
  traits: [{ type: 'scaler' }],
};
const job: Component = { name: 'job', type: 'worker' };
const components = [ui, api, job];

const apply = (...policies: JsonObject[]) =>
  applyOverrides(
    components,
    policies.map((properties, index) => ({ name: `p${index}`, type: 'override', properties })),
  );
const patches = (...list: JsonObject[]): JsonObject => ({ components: list });
const with1 = (component: Component) => ({ ...component, properties: { ...component.properties, replicas: 1 } });
const one = { properties: { replicas: 1 } };

const results: { why: string; policies: JsonObject[]; expected: Component[]; warns?: string[] }[] = [
  { why: 'no policy changes nothing', policies: [], expected: components },
  { why: 'a name selects one component', policies: [patches({ name: 'ui', ...one })], expected: [with1(ui), api, job] },
  {
    why: 'the whole name has to match',
    policies: [patches({ name: 'u', ...one })],
    expected: components,
    warns: ['spec.policies[0].properties.components[0].name'],
  },
  {
    why: 'a wildcard selects several',
    policies: [patches({ name: '*i', ...one })],
    expected: [with1(ui), with1(api), job],
  },
  { why: 'a patch without a name selects all', policies: [patches(one)], expected: components.map(with1) },
  {
    why: 'a type without a name selects all of the type',
    policies: [patches({ type: 'worker', ...one })],
    expected: [ui, api, with1(job)],
  },
  {
    why: 'a type that no component has',
    policies: [patches({ type: 'cron', ...one })],
    expected: components,
    warns: ['spec.policies[0].properties.components[0]'],
  },
  {
    why: 'a name with its own type is accepted',
    policies: [patches({ name: 'ui', type: 'webservice', ...one })],
    expected: [with1(ui), api, job],
  },
  {
    why: 'a name and type of no component add one',
    policies: [patches({ name: 'new', type: 'worker', ...one, traits: [{ type: 'a' }, { type: 'b', disable: true }] })],
    expected: [...components, { name: 'new', type: 'worker', properties: { replicas: 1 }, traits: [{ type: 'a' }] }],
    warns: ['spec.policies[0].properties.components[0].name', 'spec.policies[0].properties.components[0].traits[1]'],
  },
  {
    why: 'a wildcard adds no component',
    policies: [patches({ name: 'new*', type: 'worker' })],
    expected: components,
    warns: ['spec.policies[0].properties.components[0].name'],
  },
  {
    why: 'a patch applies to the result of those before it',
    policies: [patches({ name: 'new', type: 'worker' }, { name: 'new', ...one })],
    expected: [...components, { name: 'new', type: 'worker', properties: { replicas: 1 } }],
    warns: ['spec.policies[0].properties.components[0].name'],
  },
  {
    why: 'later policies take precedence',
    policies: [patches({ name: 'ui', properties: { replicas: 7 } }), patches({ name: 'ui', ...one })],
    expected: [with1(ui), api, job],
  },
  { why: 'a selector keeps the order of the components', policies: [{ selector: ['job', 'ui'] }], expected: [ui, job] },
  { why: 'a selector accepts wildcards', policies: [{ selector: ['*i'] }], expected: [ui, api] },
  {
    why: 'a selected name matches no component',
    policies: [{ selector: ['ui', 'uii'] }],
    expected: [ui],
    warns: ['spec.policies[0].properties.selector[1]'],
  },
  {
    why: 'a selector comes after the patches of its policy',
    policies: [{ ...patches({ name: 'new', type: 'worker' }), selector: ['new'] }],
    expected: [{ name: 'new', type: 'worker' }],
    warns: ['spec.policies[0].properties.components[0].name'],
  },
  {
    why: 'a key to remove that one of several components has',
    policies: [patches({ remove: ['/replicas'] }), patches({ traits: [{ type: 'scaler', disable: true }] })],
    expected: [{ ...ui, properties: { image: 'ui:1' } }, { ...api, traits: [] }, job],
  },
  {
    why: 'a key to remove that none of several components has',
    policies: [patches({ remove: ['/nothing'], traits: [{ type: 'none', disable: true }] })],
    expected: components,
    warns: [
      'spec.policies[0].properties.components[0].remove[0]',
      'spec.policies[0].properties.components[0].traits[0]',
    ],
  },
  { why: 'an empty policy does nothing', policies: [{}], expected: components, warns: ['spec.policies[0].properties'] },
];

describe('overrides', () => {
  for (const { why, policies, expected, warns = [] } of results) {
    it(`are applied ${warns.length > 0 ? 'with a warning' : 'without warnings'}: ${why}`, () => {
      const result = apply(...policies);
      assert.deepEqual(result.components, expected);
      assert.deepEqual(
        result.violations.map(({ path }) => path),
        warns,
      );
      for (const { code, severity } of result.violations) {
        assert.deepEqual([code, severity], ['OverrideMatchesNothing', 'warn']);
      }
    });
  }

  const refused: { why: string; properties: JsonObject; code: string; path: string }[] = [
    {
      why: 'the type of a component cannot be overridden',
      properties: patches({ name: 'ui', type: 'worker' }),
      code: 'OverrideTypeDiffers',
      path: 'components[0].type',
    },
    {
      why: 'a wildcard selects a component of another type',
      properties: patches({ name: '*', type: 'worker' }),
      code: 'OverrideTypeDiffers',
      path: 'components[0].type',
    },
    { why: 'a selector is empty', properties: { selector: [] }, code: 'SelectorLeavesNothing', path: 'selector' },
    {
      why: 'a selector matches nothing',
      properties: { selector: ['no'] },
      code: 'SelectorLeavesNothing',
      path: 'selector',
    },
    { why: 'the shape is invalid', properties: { components: 1 }, code: 'InvalidSpec', path: 'components' },
  ];
  for (const { why, properties, code, path } of refused) {
    it(`are denied with ${code} and leave the components unchanged: ${why}`, () => {
      const result = apply(properties);
      assert.deepEqual(result.components, components);
      const [first] = result.violations;
      assert.deepEqual(
        [first?.code, first?.severity, first?.path],
        [code, 'deny', `spec.policies[0].properties.${path}`],
      );
    });
  }

  it('report all problems in the order of the policies', () => {
    const { violations } = apply(patches({ name: 'ui', type: 'x' }), { selector: [] }, patches({ name: 'uj' }));
    assert.deepEqual(
      violations.map(({ code }) => code),
      ['OverrideTypeDiffers', 'SelectorLeavesNothing', 'OverrideMatchesNothing'],
    );
    assert.match(violations[2]?.message ?? '', /did you mean "ui"/);
  });

  it('are not applied at all if they are too much work for the components', () => {
    const many = apply(...Array.from({ length: 11 }, () => patches(...Array.from({ length: 128 }, () => one))));
    assert.deepEqual(many.components, components);
    assert.deepEqual(
      many.violations.map(({ code, path, severity }) => [code, path, severity]),
      [['TooManyOverrides', 'spec.policies', 'deny']],
    );
  });

  it('add components and traits only as long as a Workload may have them', () => {
    const full = Array.from({ length: 128 }, (_, index) => ({ name: `c${index}`, type: 'worker' }));
    const adding = [{ name: 'p', properties: patches({ name: 'new', type: 'worker' }) }];
    const added = applyOverrides(full, adding);
    assert.deepEqual(added.components, full);
    assert.deepEqual(
      added.violations.map(({ code, path }) => `${code} ${path}`),
      ['TooManyOverrides spec.policies[0].properties.components[0].name'],
    );
    const traits = Array.from({ length: 65 }, (_, index) => ({ type: `t${index}` }));
    const crowded = apply(patches({ name: 'ui', traits }));
    assert.deepEqual(
      crowded.violations.map(({ code, path }) => `${code} ${path}`),
      ['TooManyOverrides spec.policies[0].properties.components[0].traits'],
    );
    assert.equal(crowded.components[0]?.traits?.length, 64);
  });

  it('suggest names until a number of characters was compared, because each suggestion compares all names', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({
      name: `${'n'.repeat(97)}${100 + index}`,
      type: 't',
    }));
    const misspelt = patches(...Array.from({ length: 4 }, () => ({ name: `${'n'.repeat(97)}1oo` })));
    const { violations } = applyOverrides(many, [{ name: 'p', properties: misspelt }]);
    assert.deepEqual(
      violations.map(({ message }) => message.includes('did you mean')),
      [true, true, false, false],
    );
  });

  it('ignore policies of other types, which the schema rule rejects', () => {
    const other = { name: 'x', type: 'topology', properties: { selector: [] } };
    assert.deepEqual(applyOverrides(components, [other]), { components, violations: [] });
  });
});

const json = fc.jsonValue({ maxDepth: 4 }).map((value): JsonValue => JSON.parse(JSON.stringify(value)));
const small = fc.constantFrom('a', 'b', '__proto__', 'constructor');
const tree: fc.Arbitrary<JsonObject> = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(null, 0, 'x', false, [1]), tie('object')),
  object: fc.dictionary(small, tie('value'), { maxKeys: 3 }),
})).object;
const pointers = fc.array(
  fc.array(small, { minLength: 1, maxLength: 3 }).map((keys) => keys.map((key) => `/${key}`).join('')),
  { maxLength: 2 },
);
const traitPatch = fc.record({
  type: small,
  properties: tree,
  disable: fc.boolean(),
  remove: pointers,
}) satisfies fc.Arbitrary<JsonObject>;
const traits = fc.array(traitPatch, { maxLength: 3 });
/** Patches that add no component: a second round would meet what the first has added. */
const patch = fc.record({
  name: fc.constantFrom('one', 'two', '*', 't*', ''),
  properties: tree,
  remove: pointers,
  traits,
}) satisfies fc.Arbitrary<JsonObject>;
const policy = fc
  .array(patch, { maxLength: 3 })
  .map((list) => ({ name: 'p', type: 'override', properties: { components: list } }));
const component = (name: string): fc.Arbitrary<Component> =>
  fc.record({
    name: fc.constant(name),
    type: fc.constant('x'),
    properties: tree.map(withoutNulls),
    traits: fc.uniqueArray(fc.record({ type: small, properties: tree.map(withoutNulls) }), { selector: (t) => t.type }),
  });
const twoComponents = fc.tuple(component('one'), component('two'));

/** The API server drops nulls before a profile is stored. */
function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, isJsonObject(value) ? withoutNulls(value) : value]),
  );
}

function sortTraits(given: Component): Component {
  return { ...given, traits: (given.traits ?? []).toSorted((a, b) => (a.type < b.type ? -1 : 1)) };
}

describe('any overrides', () => {
  it('are idempotent', () => {
    fc.assert(
      fc.property(twoComponents, fc.array(policy, { maxLength: 3 }), (start, policies) => {
        const once = applyOverrides(start, policies).components;
        const twice = applyOverrides(once, policies).components;
        // A trait that one patch disables and another adds again moves to the end each time.
        assert.deepEqual(twice.map(sortTraits), once.map(sortTraits));
      }),
    );
  });

  it('do not change their arguments', () => {
    fc.assert(
      fc.property(twoComponents, fc.array(policy, { maxLength: 3 }), (start, policies) => {
        const before = JSON.stringify([start, policies]);
        applyOverrides(start, policies);
        assert.equal(JSON.stringify([start, policies]), before);
      }),
    );
  });

  it('equal applying each policy to the result of those before it', () => {
    fc.assert(
      fc.property(twoComponents, fc.array(policy, { maxLength: 4 }), (start, policies) => {
        const stepwise = policies.reduce<Component[]>((found, next) => applyOverrides(found, [next]).components, start);
        assert.deepEqual(applyOverrides(start, policies).components, stepwise);
      }),
    );
  });

  it('leave no null and do not pollute prototypes', () => {
    fc.assert(
      fc.property(twoComponents, fc.array(policy, { maxLength: 3 }), (start, policies) => {
        const { components: result } = applyOverrides(start, policies);
        assert.doesNotMatch(JSON.stringify(result), /null/);
        assert.deepEqual(Object.keys(Object.prototype), []);
      }),
    );
  });

  it('never throw on any JSON', () => {
    const nearlyRight = fc.record({
      components: fc.array(fc.dictionary(fc.constantFrom('name', 'type', 'properties', 'remove', 'traits'), json)),
      selector: json,
    });
    fc.assert(
      fc.property(twoComponents, fc.oneof(json, nearlyRight), (start, properties) => {
        const read: JsonValue = JSON.parse(JSON.stringify(properties));
        const { components: result, violations } = applyOverrides(start, [
          { name: 'p', properties: isJsonObject(read) ? read : {} },
        ]);
        assert.ok(result.length > 0);
        for (const { path, message } of violations) assert.ok(path !== '' && !message.includes('\n'));
      }),
    );
  });
});
