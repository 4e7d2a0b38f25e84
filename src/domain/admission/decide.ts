import { isJsonObject } from '../../api/object.ts';
import type { Decision, Refusal } from './decision.ts';
import type { Facts } from './facts.ts';
import { acknowledgedIn } from './acknowledgement.ts';
import { isBeingDeleted } from './being-deleted.ts';
import type { DeploymentChange } from '../spoke/change.ts';
import { mutationPatch } from './mutation.ts';
import { stampOf } from '../refs/reference-stamp.ts';
import type { Rule, Severities } from './rule.ts';
import { rules } from './rules/all.ts';
import { invalidSpec } from './rules/invalid-spec.ts';
import { notAllowed } from './rules/not-allowed.ts';
import { revisionIsImmutable } from './rules/revision-is-immutable.ts';
import { topologyType } from '../refs/topology-type.ts';
import type { Violation } from '../violation.ts';

/** HTTP status of each way to refuse, gravest first: what a field needs is said before what only time can mend. */
const statuses: readonly (readonly [Refusal['reason'], Refusal['status']])[] = [
  ['Invalid', 422],
  ['Forbidden', 403],
  ['TooManyRequests', 429],
];

/** Decides a request. Pure: the same facts give the same decision, and its own patch applied, it patches no more. */
export function decide(facts: Facts, severities: Severities = {}): Decision {
  const { request, topology } = facts;
  const found = rules.filter((rule) => concerns(rule, facts)).flatMap((rule) => apply(rule, facts, severities));
  // What only warns because it is acknowledged speaks for nothing that cannot be acknowledged.
  const violations = dropDuplicatePaths(acknowledged(found, acknowledgedIn(request)));
  const refusal = refusalOf(violations);
  const notes = topology?.state === 'unchecked' ? [`the topology could not be checked: ${topology.problem}`] : [];
  const patch = refusal === undefined && request.phase === 'mutate' ? mutationPatch(facts) : [];
  return { ...(refusal === undefined ? {} : { refusal }), patch, violations, notes, audit: auditOf(facts) };
}

/**
 * The second line: what stands against a write of the controller. The same rules as on admission, on what is applied now
 * and what is about to be.
 */
export function denialsOnApply(
  transition: DeploymentChange,
  facts: Pick<Facts, 'hash' | 'systemNamespace' | 'revisionWriters'>,
  { severities = {}, acknowledged: codes }: { severities?: Severities; acknowledged: ReadonlySet<string> },
): Violation[] {
  const { namespace, name } = transition.deployment;
  const request = { phase: 'validate', operation: 'UPDATE', kind: 'WorkloadDeployment', namespace, name } as const;
  const judged: Facts = { ...facts, request: { ...request, username: '' }, changes: [transition] };
  const found = rules.filter((rule) => rule.secondLine === true).flatMap((rule) => apply(rule, judged, severities));
  return acknowledged(found, codes).filter(({ severity }) => severity === 'deny');
}

/** What refs resolved to, for the audit log. */
function auditOf({ request, environment, workloadProfile }: Facts): Record<string, string> {
  if (request.phase !== 'validate') return {};
  const entries = Object.entries({ environment, 'workload-profile': workloadProfile });
  return Object.fromEntries(
    entries.flatMap(([key, reference]) => {
      const stamp = stampOf(reference);
      return stamp === undefined ? [] : [[key, stamp]];
    }),
  );
}

/** Denials that whoever asks has acknowledged only warn. */
function acknowledged(violations: Violation[], codes: ReadonlySet<string>): Violation[] {
  if (codes.size === 0) return violations;
  return violations.map((violation) => {
    const rule = rules.find((known) => known.code === violation.code);
    return codes.has(violation.code) && rule?.fixed !== true ? { ...violation, severity: 'warn' } : violation;
  });
}

/** Whether a decision rests on other objects than its own: those have to be read live before it may stand. */
export function restsOnOtherObjects(decision: Decision, { request, topology }: Facts): boolean {
  // What CUE has to say about a custom topology rests on its PolicyDefinition.
  const judged = topology?.state === 'unchecked' || (topology?.state === 'checked' && topology.problems.length > 0);
  if (judged && usesCustomTopology(request)) return true;
  const codes = new Set(decision.violations.map((violation) => violation.code));
  return rules.some((rule) => rule.needsLiveRead && codes.has(rule.code));
}

function usesCustomTopology({ kind, object }: Facts['request']): boolean {
  const topology = kind === 'Environment' ? object?.spec?.['topology'] : undefined;
  const type = isJsonObject(topology) ? topology['type'] : undefined;
  return typeof type === 'string' && topologyType(type).kind === 'custom';
}

function concerns(rule: Rule, { request }: Facts): boolean {
  // Nothing holds up a deletion that has begun; a revision is nobody's to touch even then.
  if (isBeingDeleted(request) && rule.code !== revisionIsImmutable.code) return false;
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
function dropDuplicatePaths(all: Violation[]): Violation[] {
  const violations = redactUnauthorized(all);
  const denied = violations.filter(({ code, severity }) => code !== invalidSpec.code && severity === 'deny');
  const places = new Set(denied.map(({ path }) => path).filter((path) => path !== ''));
  return violations.filter(({ code, path }) => code !== invalidSpec.code || !places.has(path));
}

/** Whoever may not use an object is not told whether it is there, nor what follows from what it says. */
function redactUnauthorized(violations: Violation[]): Violation[] {
  const secret = new Set(violations.filter(({ code }) => code === notAllowed.code).map(({ path }) => path));
  if (secret.size === 0) return violations;
  const telling = new Set(rules.filter((rule) => rule.needsLiveRead).map((rule) => rule.code));
  return violations.filter(({ code, path }) => code === notAllowed.code || !(secret.has(path) || telling.has(code)));
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
