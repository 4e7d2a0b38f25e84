import { overrideRule } from '../override-rule.ts';

/** An override changes nothing, or adds a component that no profile has. */
export const overrideMatchesNothing = overrideRule({
  code: 'OverrideMatchesNothing',
  summary: 'An override matches no component, trait or key of a profile that it is applied to.',
  remedy: 'Mend the name, type or key, or leave the patch out.',
  severity: 'warn',
});
