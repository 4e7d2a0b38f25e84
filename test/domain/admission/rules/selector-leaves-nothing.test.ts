import assert from 'node:assert/strict';
import type { JsonValue } from '../../../../src/api/object.ts';
import { selectorLeavesNothing as rule } from '../../../../src/domain/admission/rules/selector-leaves-nothing.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment, profile } from '../../../support/manifests.ts';
import type { Violation } from '../../../../src/domain/violation.ts';

const sound = environment('team');
const withPolicies = (policies: JsonValue) => ({ ...sound, spec: { ...sound.spec, policies } });
const override = (properties: JsonValue) => ({ name: 'p', type: 'override', properties });
const place = (index: number) => `spec.policies[${index}].properties.selector`;
const said = (path: string): Violation => ({ code: 'SelectorLeavesNothing', severity: 'deny', path, message: 'm' });

const cases: { what: string; policies: JsonValue; paths: string[]; why: string }[] = [
  {
    what: 'an empty selector',
    policies: [override({ selector: [] })],
    paths: [place(0)],
    why: 'it leaves nothing of any profile',
  },
  {
    what: 'a selector',
    policies: [override({ selector: ['ui'] })],
    paths: [],
    why: 'what it leaves depends on the profile',
  },
  { what: 'no selector', policies: [override({ components: [] })], paths: [], why: 'everything stays' },
  {
    what: 'the second one',
    policies: [override({}), override({ selector: [] })],
    paths: [place(1)],
    why: 'each is looked at',
  },
  {
    what: 'a policy of another type',
    policies: [{ name: 'p', type: 'mine', properties: { selector: [] } }],
    paths: [],
    why: 'it is no override',
  },
  {
    what: 'a selector that is a text',
    policies: [override({ selector: '' })],
    paths: [],
    why: 'InvalidSpec says that',
  },
  { what: 'odd policies', policies: ['x', override('x'), null], paths: [], why: 'InvalidSpec says that' },
  { what: 'policies that are none', policies: {}, paths: [], why: 'InvalidSpec says that' },
];

describe('SelectorLeavesNothing', () => {
  for (const { what, policies, paths, why } of cases) {
    it(`${paths.length === 0 ? 'lets' : 'refuses'} ${what}: ${why}`, () => {
      const found = findingsOf(rule, factsOf({ object: withPolicies(policies) }));
      assert.deepEqual(
        found,
        paths.map((path) => ({ path })),
      );
    });
  }

  it('refuses what leaves nothing of a profile, at the place that is edited', () => {
    const path = 'spec.workload.components';
    assert.deepEqual(findingsOf(rule, factsOf({ object: profile('team') }, { overrides: [said(path)] })), [{ path }]);
  });

  it('says it once where an empty one leaves nothing of a profile that is there', () => {
    const facts = factsOf(
      { object: withPolicies([override({ selector: [] })]) },
      { overrides: [said(place(0)), said(place(3))] },
    );
    assert.deepEqual(findingsOf(rule, facts), [{ path: place(0) }, { path: place(3) }]);
  });

  it('says nothing about policies that the request leaves as they are', () => {
    const oldObject = withPolicies([override({ selector: [] })]);
    const object = { ...oldObject, spec: { ...oldObject.spec, version: '1.0.0' } };
    assert.deepEqual(findingsOf(rule, factsOf({ object, oldObject })), []);
  });

  it('is about Environments where it looks at policies, whatever else may have a field of that name', () => {
    const object = { ...profile('team'), spec: { policies: [override({ selector: [] })] } };
    assert.deepEqual(findingsOf(rule, factsOf({ object })), []);
  });
});
