import { overrideRule } from '../override-rule.ts';

/** An override names a component and says another type than it has. */
export const overrideTypeDiffers = overrideRule({
  code: 'OverrideTypeDiffers',
  summary: 'An override gives a component another type than the profile does, and a type cannot be overridden.',
  remedy: 'Leave the type out of the patch.',
  severity: 'deny',
});
