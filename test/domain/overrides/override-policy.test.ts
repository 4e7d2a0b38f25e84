import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { JsonValue } from '../../../src/api/object.ts';
import { checkOverridePolicy, readOverridePolicy } from '../../../src/domain/overrides/override-policy.ts';

describe('the shape of an override policy', () => {
  it('is read without violations if it is valid', () => {
    const { policy, violations } = readOverridePolicy(
      {
        components: [
          { name: 'ui', type: 'webservice', properties: { replicas: 1 }, remove: ['/env/DEBUG'] },
          {
            traits: [
              { type: 'scaler', properties: { replicas: 1 } },
              { type: 'ingress', disable: true },
            ],
          },
        ],
        selector: ['ui'],
      },
      'p',
    );
    assert.deepEqual(violations, []);
    const trait = { match: undefined, properties: undefined, disable: false, remove: [] };
    assert.deepEqual(policy, {
      components: [
        { name: 'ui', type: 'webservice', properties: { replicas: 1 }, remove: ['/env/DEBUG'], traits: [] },
        {
          name: undefined,
          type: undefined,
          properties: undefined,
          remove: [],
          traits: [
            { ...trait, type: 'scaler', properties: { replicas: 1 } },
            { ...trait, type: 'ingress', disable: true },
          ],
        },
      ],
      selector: ['ui'],
    });
  });

  it('treats null and empty names as absent, as the API server and KubeVela do', () => {
    const { policy, violations } = readOverridePolicy(
      { components: [{ name: '', type: null, properties: null, traits: null }], selector: null },
      'p',
    );
    assert.deepEqual(violations, []);
    assert.deepEqual(policy.selector, undefined);
    assert.deepEqual([policy.components[0]?.name, policy.components[0]?.type], [undefined, undefined]);
  });

  it('names the wildcard form of names that look like regular expressions, as KubeVela reads them', () => {
    const properties = {
      components: [{ name: 'web-(blue|green)', type: 'webservice' }],
      selector: ['blue|green', 'web-*'],
    };
    assert.deepEqual(
      checkOverridePolicy(properties, 'p').map(({ path, message }) => `${path}: ${message}`),
      [
        'p.components[0].name: looks like a regular expression, and only * is special in a name: write "web-*", or write one entry for each component',
        'p.selector[0]: looks like a regular expression, and only * is special in a name: write one entry for each component',
      ],
    );
  });

  const wrong: { why: string; properties: JsonValue; paths: string[] }[] = [
    { why: 'it is not an object', properties: [], paths: ['p'] },
    { why: 'a field is unknown', properties: { component: [] }, paths: ['p.component'] },
    {
      why: 'a list is something else',
      properties: { components: {}, selector: 'ui' },
      paths: ['p.components', 'p.selector'],
    },
    {
      why: 'match is not a map',
      properties: { components: [{ traits: [{ type: 'a', match: '/data' }] }] },
      paths: ['p.components[0].traits[0].match'],
    },
    { why: 'a selected name is not a string', properties: { selector: ['ui', 3] }, paths: ['p.selector[1]'] },
    {
      why: 'fields of a component have wrong types',
      properties: { components: [{ name: 1, type: {}, properties: 'x', remove: '/a', traits: {} }, null] },
      paths: [
        'p.components[0].name',
        'p.components[0].type',
        'p.components[0].properties',
        'p.components[0].remove',
        'p.components[0].traits',
        'p.components[1]',
      ],
    },
    {
      why: 'pointers are malformed',
      properties: { components: [{ remove: ['env.DEBUG', '', '/a~b', '/ok'] }] },
      paths: ['p.components[0].remove[0]', 'p.components[0].remove[1]', 'p.components[0].remove[2]'],
    },
    {
      why: 'traits have no type, or one that is not a string',
      properties: {
        components: [{ traits: [{}, { type: '' }, { type: 1 }, { type: 'a', disable: 'yes', name: 'x' }] }],
      },
      paths: [
        'p.components[0].traits[0].type',
        'p.components[0].traits[1].type',
        'p.components[0].traits[2].type',
        'p.components[0].traits[3].name',
        'p.components[0].traits[3].disable',
      ],
    },
    {
      why: 'an unknown field has the name of an inherited JavaScript property',
      properties: { constructor: 1, toString: 2 },
      paths: ['p.constructor', 'p.toString'],
    },
    {
      why: 'there are too many patches',
      properties: { components: Array.from({ length: 129 }, () => ({})) },
      paths: ['p.components'],
    },
  ];
  for (const { why, properties, paths } of wrong) {
    it(`is reported at every path when ${why}`, () => {
      const violations = checkOverridePolicy(properties, 'p');
      assert.deepEqual(
        violations.map(({ path }) => path),
        paths,
      );
      for (const { code, severity, message } of violations) {
        assert.deepEqual([code, severity], ['InvalidSpec', 'deny']);
        assert.doesNotMatch(message, /\n/);
      }
    });
  }

  it('suggests the nearest field', () => {
    const [violation] = checkOverridePolicy({ components: [{ propertys: {} }] }, 'p');
    assert.equal(violation?.message, 'unknown field; did you mean "properties"?');
  });

  it('can be read from any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy: JsonValue = JSON.parse(JSON.stringify(value));
        checkOverridePolicy(copy, 'p');
      }),
    );
  });
});
