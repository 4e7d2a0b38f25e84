import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { excessiveWork, pairsOf } from '../../../src/domain/overrides/override-work.ts';
import { readOverridePolicy } from '../../../src/domain/overrides/override-policy.ts';

const times = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index));
const names = (length: number) => times(length, (index) => `c${index}`);
const policy = (properties: JsonObject) => readOverridePolicy(properties, 'p').policy;
const patches = (length: number, patch: JsonObject) => policy({ components: times(length, () => patch) });
const values = (length: number): JsonObject => Object.fromEntries(times(length, (index) => [`k${index}`, 1]));

const cases: { why: string; policies: ReturnType<typeof policy>[]; components: number; says?: RegExp }[] = [
  { why: 'no policies', policies: [], components: 128 },
  { why: 'as many pairs as are allowed', policies: [patches(32, {})], components: 128 },
  {
    why: 'one patch more',
    policies: [patches(32, {}), patches(1, {})],
    components: 128,
    says: /^33 patches and selector entries times 128 components are 4224; at most 4096 are evaluated/,
  },
  {
    why: 'an entry of a selector, which counts as a patch',
    policies: [patches(32, {}), policy({ selector: ['*'] })],
    components: 128,
    says: /^33 patches/,
  },
  {
    why: 'more patches than are allowed for one component',
    policies: times(33, () => patches(128, {})),
    components: 0,
    says: /^4224 patches and selector entries times 1 component are 4224/,
  },
  {
    why: 'patches that may add the component that they name',
    policies: [policy({ components: times(65, (index) => ({ name: `n${index}`, type: 't' })) })],
    components: 1,
    says: /^65 patches and selector entries times 66 components/,
  },
  {
    why: 'patches that name the components that exist',
    policies: [policy({ components: times(60, (index) => ({ name: `c${index}`, type: 't' })) })],
    components: 60,
  },
  {
    why: 'many values for every component',
    policies: [patches(8, { properties: values(100) })],
    components: 128,
    says: /^the patches have 103424 values for 128 components; at most 65536 are merged/,
  },
  {
    why: 'many values for one component',
    policies: [patches(8, { name: 'c1', properties: values(100) })],
    components: 128,
  },
  {
    why: 'values in lists, traits and pointers',
    policies: [
      policy({
        components: [
          {
            name: 'c*',
            remove: ['/a'],
            properties: { list: times(300, () => ({ a: [1] })) },
            traits: [{ type: 't', remove: ['/b'], properties: {} }],
          },
        ],
      }),
    ],
    components: 128,
    says: /^the patches have 115968 values/,
  },
];

describe('the work of overrides', () => {
  for (const { why, policies, components, says } of cases) {
    it(`is ${says === undefined ? 'accepted' : 'too much'}: ${why}`, () => {
      const problem = excessiveWork(policies, names(components));
      if (says === undefined) assert.equal(problem, undefined);
      else assert.match(problem ?? '', says);
    });
  }

  it('is estimated for policies that need not be valid', () => {
    const properties = { components: [1, {}], selector: ['*'] };
    assert.equal(pairsOf([{ properties }, {}, { properties: { components: 'x' } }], 4), 12);
    const malformed: JsonObject = { properties: [] };
    assert.equal(pairsOf([malformed as { properties: JsonObject }], 4), 0);
  });
});
