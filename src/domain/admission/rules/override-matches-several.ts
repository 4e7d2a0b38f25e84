import { overrideRule } from '../override-rule.ts';

/** An override of a trait type changes several traits of a component, although it may be meant for one. */
export const overrideMatchesSeveral = overrideRule({
  code: 'OverrideMatchesSeveral',
  summary: 'A component has several traits of one type, and an override of that type changes or disables all of them.',
  remedy:
    'Select one by its properties, such as `match: {path: /data}` beside `type`; write `match: {}` if all are meant.',
  severity: 'warn',
});
