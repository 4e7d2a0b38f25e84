import { firstFew, hubKinds, type Rule } from './rule.ts';

/** A rule of admission about one of the things that overrides may have to say. */
export function overrideRule({
  code,
  summary,
  remedy,
  severity,
}: Pick<Rule, 'code' | 'summary' | 'remedy' | 'severity'>): Rule {
  return {
    code,
    summary,
    remedy,
    kinds: hubKinds.filter((kind) => kind !== 'PolicyDefinition'),
    operations: ['CREATE', 'UPDATE'],
    phases: ['validate'],
    severity,
    reason: 'Forbidden',
    restsOnOthers: true,
    find: ({ overrides = [] }) =>
      firstFew(overrides.filter((finding) => finding.code === code).map(({ path, message }) => ({ path, message }))),
  };
}
