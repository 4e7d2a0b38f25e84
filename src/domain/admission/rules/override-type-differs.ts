import { overrideRule } from '../override-rule.ts';

/** An override names a component with another type than the component has. */
export const overrideTypeDiffers = overrideRule({
  code: 'OverrideTypeDiffers',
  summary: 'An override gives a component another type than the profile does; a type cannot be overridden.',
  remedy: 'Remove the type from the patch.',
  severity: 'deny',
});
