import { overrideRule } from '../override-rule.ts';

/** Overrides and a profile are together too large to be evaluated, or make a Workload that its schema does not allow. */
export const tooManyOverrides = overrideRule({
  code: 'TooManyOverrides',
  summary:
    'The overrides of an Environment are too many for a profile: more than 4096 pairs of a patch and a component, more than 16384 merged values, or a Workload with too many components or traits.',
  remedy: 'Use fewer patches, name the component in each patch, or split the profile.',
  // It can be acknowledged, so that a tenant cannot prevent edits of a shared profile. The controller never renders such a pair.
  severity: 'deny',
});
