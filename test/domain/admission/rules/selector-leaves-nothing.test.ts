import assert from 'node:assert/strict';
import type { JsonValue } from '../../../../src/api/object.ts';
import { selectorLeavesNothing as rule } from '../../../../src/domain/admission/rules/selector-leaves-nothing.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment, profile } from '../../../support/manifests.ts';
import { pairProblems, pairing, problematic } from '../../../support/pairings.ts';

const sound = environment('team');
const withPolicies = (policies: JsonValue) => ({ ...sound, spec: { ...sound.spec, policies } });
const override = (properties: JsonValue) => ({ name: 'p', type: 'override', properties });
const selecting = problematic.SelectorLeavesNothing;
const pathOf = (index: number) => `spec.policies[${index}].properties.selector`;

const cases: { what: string; policies: JsonValue; paths: string[]; why: string }[] = [
  {
    what: 'an empty selector',
    policies: [override({ selector: [] })],
    paths: [pathOf(0)],
    why: 'it selects no component of any profile',
  },
  {
    what: 'a selector',
    policies: [override({ selector: ['ui'] })],
    paths: [],
    why: 'what it selects depends on the profile',
  },
  { what: 'no selector', policies: [override({ components: [] })], paths: [], why: 'all components are selected' },
  {
    what: 'the second one',
    policies: [override({}), override({ selector: [] })],
    paths: [pathOf(1)],
    why: 'each policy is checked',
  },
  {
    what: 'a policy of another type',
    policies: [{ name: 'p', type: 'mine', properties: { selector: [] } }],
    paths: [],
    why: 'it is not an override',
  },
  {
    what: 'a selector that is a string',
    policies: [override({ selector: '' })],
    paths: [],
    why: 'InvalidSpec reports that',
  },
  { what: 'malformed policies', policies: ['x', override('x'), null], paths: [], why: 'InvalidSpec reports that' },
  { what: 'policies that are not a list', policies: {}, paths: [], why: 'InvalidSpec reports that' },
];

describe('SelectorLeavesNothing', () => {
  for (const { what, policies, paths, why } of cases) {
    it(`${paths.length === 0 ? 'allows' : 'denies'} ${what}: ${why}`, () => {
      const found = findingsOf(rule, factsOf({ object: withPolicies(policies) }));
      assert.deepEqual(
        found,
        paths.map((path) => ({ path })),
      );
    });
  }

  it('denies a selector that selects no component of a profile, with the field that is edited', () => {
    const path = 'spec.workload.components';
    assert.deepEqual(
      findingsOf(
        rule,
        factsOf({ object: profile('team') }, { pairings: [pairing(pairProblems(problematic.SelectorLeavesNothing))] }),
      ),
      [{ path }],
    );
  });

  it('reports an empty selector once, even if a profile is affected', () => {
    const facts = factsOf(
      { object: withPolicies([override({ selector: [] })]) },
      { pairings: [pairing(pairProblems(selecting, {}, {}, selecting))] },
    );
    assert.deepEqual(findingsOf(rule, facts), [{ path: pathOf(0) }, { path: pathOf(3) }]);
  });

  it('does not report policies that the request does not change', () => {
    const oldObject = withPolicies([override({ selector: [] })]);
    const object = { ...oldObject, spec: { ...oldObject.spec, version: '1.0.0' } };
    assert.deepEqual(findingsOf(rule, factsOf({ object, oldObject })), []);
  });

  it('checks the policies of Environments only, though other kinds may have a field of that name', () => {
    const object = { ...profile('team'), spec: { policies: [override({ selector: [] })] } };
    assert.deepEqual(findingsOf(rule, factsOf({ object })), []);
  });
});
