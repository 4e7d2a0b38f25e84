import { overrideRule } from '../override-rule.ts';

/** An override matches nothing and so changes nothing. */
export const overrideMatchesNothing = overrideRule({
  code: 'OverrideMatchesNothing',
  summary: 'An override matches no component, trait or key of a profile that it is applied to.',
  remedy: 'Correct the name, type or key, or remove the patch.',
  severity: 'warn',
});
