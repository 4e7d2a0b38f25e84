import { limitFindings, hubKinds, type Rule } from './rule.ts';

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
    needsLiveRead: true,
    find: ({ overrides = [] }) =>
      limitFindings(
        overrides.filter((finding) => finding.code === code).map(({ path, message }) => ({ path, message })),
      ),
  };
}
