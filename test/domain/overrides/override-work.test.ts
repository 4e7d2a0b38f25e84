import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import type { Component } from '../../../src/api/workload.ts';
import { excessiveWork, pairsOf } from '../../../src/domain/overrides/override-work.ts';
import { readOverridePolicy } from '../../../src/domain/overrides/override-policy.ts';

const times = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index));
const named = (length: number): Component[] => times(length, (index) => ({ name: `c${index}`, type: 't' }));
const policy = (properties: JsonObject) => readOverridePolicy(properties, 'p').policy;
const patches = (length: number, patch: JsonObject) => policy({ components: times(length, () => patch) });
const values = (length: number): JsonObject => Object.fromEntries(times(length, (index) => [`k${index}`, 1]));

const cases: { why: string; policies: ReturnType<typeof policy>[]; components: number | Component[]; says?: RegExp }[] =
  [
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
      says: /^the patches need 103424 steps for 128 components, one for each value and each key of a pointer; at most 16384 are done/,
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
      says: /^the patches need 120576 steps/,
    },
    {
      why: 'long pointers for every component',
      policies: [patches(1, { remove: [`/a${'/b'.repeat(127)}`] })],
      components: 128,
      says: /^the patches need 16512 steps/,
    },
    {
      why: 'a trait of which every component has many',
      policies: [patches(1, { traits: [{ type: 'env', properties: values(1) }] })],
      components: times(128, (index) => ({ name: `c${index}`, type: 't', traits: times(64, () => ({ type: 'env' })) })),
      says: /^the patches need 24704 steps/,
    },
    {
      why: 'many removals from a long list',
      policies: [patches(20, { name: 'c0', remove: ['/list/0'] })],
      components: [{ name: 'c0', type: 't', properties: { list: times(16_000, () => 0) } }],
      says: /^the patches need 20060 steps for 1 component,/,
    },
    {
      why: 'a few removals from a long list, of which other components have traits',
      policies: [patches(5, { name: 'c0', remove: ['/list/0'] })],
      components: [
        { name: 'c0', type: 't', properties: { list: times(16_000, () => 0) } },
        { name: 'c1', type: 't', traits: [{ type: 'env', properties: { list: [[1]] } }] },
      ],
    },
  ];

describe('the work of overrides', () => {
  for (const { why, policies, components, says } of cases) {
    it(`is ${says === undefined ? 'accepted' : 'too much'}: ${why}`, () => {
      const problem = excessiveWork(policies, typeof components === 'number' ? named(components) : components);
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
