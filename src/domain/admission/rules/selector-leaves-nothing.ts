import { isJsonObject } from '../../../api/object.ts';
import { sameJson } from '../../json/canonical-json.ts';
import type { Facts } from '../facts.ts';
import { overrideRule } from '../override-rule.ts';
import type { Finding, Rule } from '../rule.ts';

const profileRule = overrideRule({
  code: 'SelectorLeavesNothing',
  summary:
    'The selector of an override selects no component of a profile; an empty selector selects none of any profile.',
  remedy: 'Name components that the profile has, or remove the selector.',
  severity: 'deny',
});

/** A selector that selects no component. */
export const selectorLeavesNothing: Rule = {
  ...profileRule,
  find(facts) {
    const empty = emptySelectors(facts);
    const paths = new Set(empty.map(({ path }) => path));
    return [...empty, ...profileRule.find(facts).filter(({ path }) => !paths.has(path))];
  },
};

/** An empty selector selects no component of any profile. */
function emptySelectors({ request: { kind, object, oldObject } }: Facts): Finding[] {
  const policies = kind === 'Environment' ? object?.spec?.['policies'] : undefined;
  if (!Array.isArray(policies) || sameJson(policies, oldObject?.spec?.['policies'])) return [];
  return policies.flatMap((policy, index) => {
    const properties = isJsonObject(policy) && policy['type'] === 'override' ? policy['properties'] : undefined;
    const selector = isJsonObject(properties) ? properties['selector'] : undefined;
    if (!Array.isArray(selector) || selector.length > 0) return [];
    const path = `spec.policies[${index}].properties.selector`;
    return [
      { path, message: 'selects no component of any profile; name the components to keep, or remove the selector' },
    ];
  });
}
