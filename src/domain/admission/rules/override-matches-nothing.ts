import { overrideRule } from '../override-rule.ts';

/** An override matches nothing, or has nothing to change. */
export const overrideMatchesNothing = overrideRule({
  code: 'OverrideMatchesNothing',
  summary:
    'An override matches no component, trait or key of a profile that it is applied to, or it is empty where kubectl apply has dropped keys that are null.',
  remedy:
    'Correct the name, type or key, or remove the patch. To remove a key of the profile, write `remove: ["/key"]` instead of `key: null`.',
  severity: 'warn',
});
