import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/api/object.ts';
import { areDisjoint } from '../../../src/domain/spoke/disjoint-selections.ts';
import { anyJson } from '../../support/any-json.ts';

type Values = Record<string, string>;
interface Expression {
  key: string;
  operator: string;
  values?: string[];
}
interface Predicate {
  matchLabels?: Values;
  labels?: Expression[];
  claims?: Expression[];
}

const predicate = ({ matchLabels, labels, claims }: Predicate): JsonObject =>
  JSON.parse(
    JSON.stringify({
      requiredClusterSelector: {
        labelSelector: { matchLabels, matchExpressions: labels },
        claimSelector: { matchExpressions: claims },
      },
    }),
  );
const spec = (...predicates: Predicate[]): JsonObject => ({ predicates: predicates.map(predicate) });
const inValues = (key: string, ...values: string[]): Predicate => ({ labels: [{ key, operator: 'In', values }] });
const notIn = (key: string, ...values: string[]): Predicate => ({ labels: [{ key, operator: 'NotIn', values }] });
const only = (key: string, operator: string): Predicate => ({ labels: [{ key, operator }] });

const cases: { what: string; left: JsonObject[]; right: JsonObject[]; disjoint: boolean; why: string }[] = [
  {
    what: 'two values of a label',
    left: [spec({ matchLabels: { c: '1' } })],
    right: [spec({ matchLabels: { c: '2' } })],
    disjoint: true,
    why: 'a label has one value',
  },
  {
    what: 'the same value',
    left: [spec({ matchLabels: { c: '1' } })],
    right: [spec({ matchLabels: { c: '1' } })],
    disjoint: false,
    why: 'a cluster may have it',
  },
  {
    what: 'different labels',
    left: [spec({ matchLabels: { c: '1' } })],
    right: [spec({ matchLabels: { d: '2' } })],
    disjoint: false,
    why: 'a cluster may have both',
  },
  {
    what: 'lists of values without a common one',
    left: [spec(inValues('c', '1', '2'))],
    right: [spec(inValues('c', '3'))],
    disjoint: true,
    why: 'no value is in both',
  },
  {
    what: 'a value that the other excludes',
    left: [spec(inValues('c', '1'))],
    right: [spec(notIn('c', '1', '2'))],
    disjoint: true,
    why: 'the only value is excluded',
  },
  {
    what: 'two exclusions',
    left: [spec(notIn('c', '1'))],
    right: [spec(notIn('c', '2'))],
    disjoint: false,
    why: 'a cluster without the label matches both',
  },
  {
    what: 'a label that exists and one that does not',
    left: [spec(only('c', 'Exists'))],
    right: [spec(only('c', 'DoesNotExist'))],
    disjoint: true,
    why: 'no cluster matches both',
  },
  {
    what: 'a value, and the absence of the label',
    left: [spec(inValues('c', '1'))],
    right: [spec(only('c', 'DoesNotExist'))],
    disjoint: true,
    why: 'no cluster matches both',
  },
  {
    what: 'an existing label, and an exclusion',
    left: [spec(only('c', 'Exists'))],
    right: [spec(notIn('c', '1'))],
    disjoint: false,
    why: 'another value matches both',
  },
  {
    what: 'one of two predicates that overlaps',
    left: [spec({ matchLabels: { c: '1' } }, { matchLabels: { c: '2' } })],
    right: [spec({ matchLabels: { c: '2' } })],
    disjoint: false,
    why: 'one predicate is enough to be selected',
  },
  {
    what: 'one of two Placements that overlaps',
    left: [spec({ matchLabels: { c: '1' } }), {}],
    right: [spec({ matchLabels: { c: '2' } })],
    disjoint: false,
    why: 'the second one selects all clusters',
  },
  {
    what: 'a label and a claim of the same name',
    left: [spec({ matchLabels: { c: '1' } })],
    right: [spec({ claims: [{ key: 'c', operator: 'In', values: ['2'] }] })],
    disjoint: false,
    why: 'they are not related',
  },
  {
    what: 'two values of a claim',
    left: [spec({ claims: [{ key: 'c', operator: 'In', values: ['1'] }] })],
    right: [spec({ claims: [{ key: 'c', operator: 'In', values: ['2'] }] })],
    disjoint: true,
    why: 'a claim has one value',
  },
  {
    what: 'different cluster sets',
    left: [{ clusterSets: ['a'] }],
    right: [{ clusterSets: ['b'] }],
    disjoint: false,
    why: 'cluster sets may overlap',
  },
  {
    what: 'an unknown operator',
    left: [spec(only('c', 'Never'))],
    right: [spec(inValues('c', '1'))],
    disjoint: false,
    why: 'it proves nothing',
  },
  {
    what: 'values that are no strings',
    left: [
      {
        predicates: [
          {
            requiredClusterSelector: {
              labelSelector: {
                matchLabels: { c: 1 },
                matchExpressions: [
                  { key: 'c', operator: 'In', values: [1] },
                  { key: 'c', operator: 'In', values: 'x' },
                  'c',
                ],
              },
            },
          },
          'p',
        ],
      },
    ],
    right: [spec(inValues('c', '1'))],
    disjoint: false,
    why: 'it proves nothing',
  },
  {
    what: 'more predicates than are compared',
    left: [spec(...Array.from({ length: 401 }, () => inValues('c', '1')))],
    right: [spec(inValues('c', '2'))],
    disjoint: false,
    why: 'the work is bounded',
  },
];

describe('the proof that two selections have no common cluster', () => {
  for (const { what, left, right, disjoint, why } of cases) {
    it(`${disjoint ? 'holds' : 'does not hold'} for ${what}: ${why}`, () => {
      assert.equal(areDisjoint(left, right), disjoint);
      assert.equal(areDisjoint(right, left), disjoint);
    });
  }

  it('does not hold if the Placements of one are not known', () => {
    assert.equal(areDisjoint(undefined, [spec(inValues('c', '1'))]), false);
    assert.equal(areDisjoint([spec(inValues('c', '1'))], undefined), false);
  });

  it('is never given where a cluster matches both', () => {
    fc.assert(
      fc.property(fc.array(anySpec, { maxLength: 2 }), fc.array(anySpec, { maxLength: 2 }), (left, right) => {
        if (!areDisjoint(left.map(asSpec), right.map(asSpec))) return;
        for (const cluster of allClusters) {
          const isCommon = left.some((one) => matches(one, cluster)) && right.some((one) => matches(one, cluster));
          assert.ok(!isCommon, JSON.stringify(cluster));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('accepts any JSON', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (left, right) => {
        const predicates = [{ requiredClusterSelector: left }, right];
        assert.equal(typeof areDisjoint([{ predicates }], [{ predicates: right }]), 'boolean');
      }),
    );
  });
});

const keys = ['a', 'b'];
const anyValue = fc.constantFrom('x', 'y', 'z');
const anyExpression: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(anyValue, { maxLength: 3 }),
  }),
  fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const anyPredicate: fc.Arbitrary<Predicate> = fc.record(
  {
    matchLabels: fc.dictionary(fc.constantFrom(...keys), anyValue, { maxKeys: 2 }),
    labels: fc.array(anyExpression, { maxLength: 2 }),
    claims: fc.array(anyExpression, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const anySpec = fc.array(anyPredicate, { maxLength: 3 });
const asSpec = (predicates: readonly Predicate[]): JsonObject => spec(...predicates);

/** All maps of the keys to a value or to none. `w` is a value that no requirement names. */
const allValues: Values[] = keys.reduce<Values[]>(
  (maps, key) => maps.flatMap((map) => [map, ...['x', 'y', 'z', 'w'].map((value) => ({ ...map, [key]: value }))]),
  [{}],
);
const allClusters = allValues.flatMap((labels) => allValues.map((claims) => ({ labels, claims })));

/** Whether OCM selects a cluster, written down independently. */
function matches(predicates: readonly Predicate[], cluster: { labels: Values; claims: Values }): boolean {
  if (predicates.length === 0) return true;
  return predicates.some(
    ({ matchLabels = {}, labels = [], claims = [] }) =>
      Object.entries(matchLabels).every(([key, value]) => cluster.labels[key] === value) &&
      labels.every((expression) => fulfils(cluster.labels[expression.key], expression)) &&
      claims.every((expression) => fulfils(cluster.claims[expression.key], expression)),
  );
}

function fulfils(value: string | undefined, { operator, values = [] }: Expression): boolean {
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  return operator === 'Exists' ? value !== undefined : value === undefined;
}
