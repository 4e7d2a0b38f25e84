import type { Violation } from '../violation.ts';
import type { Facts } from './facts.ts';
import { overrideFindings } from './override-findings.ts';
import { limitFindings, type Rule } from './rule.ts';

/** A rule about one kind of problem that overrides may have with the components of a profile. */
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
    kinds: ['Environment', 'WorkloadProfile', 'WorkloadDeployment'],
    operations: ['CREATE', 'UPDATE'],
    phases: ['validate'],
    severity,
    reason: 'Forbidden',
    needsLiveRead: true,
    enforcedAt: ['admission'],
    overridable: true,
    find: (facts) =>
      limitFindings(
        findingsOf(facts)
          .filter((finding) => finding.code === code)
          .map(({ path, message }) => ({ path, message })),
      ),
  };
}

/** Several rules ask for the findings of the same facts in one decision. */
const findingsByFacts = new WeakMap<Facts, Violation[]>();

function findingsOf(facts: Facts): Violation[] {
  const { request, pairings = [] } = facts;
  if (pairings.length === 0) return [];
  const known = findingsByFacts.get(facts);
  if (known !== undefined) return known;
  const found = overrideFindings(request.kind, pairings);
  findingsByFacts.set(facts, found);
  return found;
}
