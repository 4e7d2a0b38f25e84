import { isJsonObject } from '../api/object.ts';
import type { Decision, Refusal, Violation } from './decision.ts';
import type { Facts } from './facts.ts';
import { mutationPatch } from './mutation.ts';
import type { Rule, Severities } from './rule.ts';
import { rules } from './rules/all.ts';
import { invalidSpec } from './rules/invalid-spec.ts';
import { notAllowed } from './rules/not-allowed.ts';
import { topologyType } from './topology-type.ts';

/** HTTP status of each way to refuse, gravest first: what a field needs is said before what only time can mend. */
const statuses: readonly (readonly [Refusal['reason'], Refusal['status']])[] = [
  ['Invalid', 422],
  ['Forbidden', 403],
  ['TooManyRequests', 429],
];

/** Decides a request. Pure: the same facts give the same decision, and its own patch applied, it patches no more. */
export function decide(facts: Facts, severities: Severities = {}): Decision {
  const violations = withoutEchoes(
    rules.filter((rule) => concerns(rule, facts)).flatMap((rule) => apply(rule, facts, severities)),
  );
  const refusal = refusalOf(violations);
  const { request, topology } = facts;
  const notes = topology?.state === 'unchecked' ? [`the topology could not be checked: ${topology.problem}`] : [];
  const patch = refusal === undefined && request.phase === 'mutate' ? mutationPatch(facts) : [];
  return { ...(refusal === undefined ? {} : { refusal }), patch, violations, notes, audit: {} };
}

/** Whether a decision rests on other objects than its own: those have to be read live before it may stand. */
export function restsOnOthers(decision: Decision, { request, topology }: Facts): boolean {
  // What CUE has to say about a custom topology rests on its PolicyDefinition.
  const judged = topology?.state === 'unchecked' || (topology?.state === 'checked' && topology.problems.length > 0);
  if (judged && usesCustomTopology(request)) return true;
  const codes = new Set(decision.violations.map((violation) => violation.code));
  return rules.some((rule) => rule.restsOnOthers && codes.has(rule.code));
}

function usesCustomTopology({ kind, object }: Facts['request']): boolean {
  const topology = kind === 'Environment' ? object?.spec?.['topology'] : undefined;
  const type = isJsonObject(topology) ? topology['type'] : undefined;
  return typeof type === 'string' && topologyType(type).kind === 'custom';
}

function concerns(rule: Rule, { request }: Facts): boolean {
  return (
    rule.kinds.includes(request.kind) &&
    rule.operations.includes(request.operation) &&
    rule.phases.includes(request.phase)
  );
}

function apply(rule: Rule, facts: Facts, severities: Severities): Violation[] {
  const setting = rule.fixed === true ? undefined : severities[rule.code];
  if (setting === 'off') return [];
  return rule.find(facts).map(({ path, message, severity }) => ({
    code: rule.code,
    severity: setting ?? severity ?? rule.severity,
    path,
    message,
  }));
}

/** One denial is enough for one place: a rule of its own name says it better than the general one. */
function withoutEchoes(all: Violation[]): Violation[] {
  // Whoever may not use an object is not told whether it is there.
  const secret = new Set(all.filter(({ code }) => code === notAllowed.code).map(({ path }) => path));
  const violations = all.filter(({ code, path }) => code === notAllowed.code || !secret.has(path));
  const denied = violations.filter(({ code, severity }) => code !== invalidSpec.code && severity === 'deny');
  const places = new Set(denied.map(({ path }) => path).filter((path) => path !== ''));
  return violations.filter(({ code, path }) => code !== invalidSpec.code || !places.has(path));
}

function refusalOf(violations: Violation[]): Refusal | undefined {
  const denials = violations.filter((violation) => violation.severity === 'deny');
  const reasons = new Set(denials.map((denial) => rules.find((rule) => rule.code === denial.code)?.reason));
  const [reason, status] = statuses.find(([candidate]) => reasons.has(candidate)) ?? [];
  if (reason === undefined || status === undefined) return undefined;
  return {
    status,
    reason,
    message: denials.map(lineOf).join('\n'),
    ...(status === 429 ? { retryAfterSeconds: 1 } : {}),
  };
}

/** One line per violation: `spec.topology.type: unknown topology … (UnknownTopology)`. */
function lineOf({ code, path, message }: Violation): string {
  return `${path === '' ? '' : `${path}: `}${message} (${code})`;
}
