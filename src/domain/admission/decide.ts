import { isJsonObject } from '../../api/object.ts';
import { formatReferenceStamp, stampOf } from '../refs/reference-stamp.ts';
import { topologyType } from '../refs/topology-type.ts';
import type { DeploymentChange } from '../spoke/change.ts';
import type { Violation } from '../violation.ts';
import { acknowledgedIn, isCoveredBy, type AcknowledgementGrant } from './acknowledgement.ts';
import { isBeingDeleted } from './being-deleted.ts';
import type { Decision } from './decision.ts';
import type { Facts, RequestFacts } from './facts.ts';
import { mutationPatch } from './mutation.ts';
import { refusalOf } from './refusal.ts';
import type { Finding, Rule, Severities } from './rule.ts';
import { acknowledgeableCodes } from './rule-codes.ts';
import { rules } from './rules/all.ts';
import { invalidSpec } from './rules/invalid-spec.ts';
import { notAllowed } from './rules/not-allowed.ts';
import { revisionIsImmutable } from './rules/revision-is-immutable.ts';
import { spokeNamespaceNotAllowed } from './rules/spoke-namespace-not-allowed.ts';

/** Decides a request. Pure: the same facts give the same decision, and an object with the patch applied needs no patch. */
export function decide(facts: Facts, severities: Severities = {}): Decision {
  const { request, topology } = facts;
  const found = rulesFor(request).flatMap((rule) => evaluateRule(rule, facts, severities));
  // A violation that only warns because it is acknowledged must not replace one that cannot be acknowledged.
  const violations = found.length === 0 ? [] : dropDuplicatePaths(acknowledge(found, [grantOf(facts)]));
  const refusal = refusalOf(violations);
  const notes = topology?.state === 'unchecked' ? [`the topology could not be checked: ${topology.problem}`] : [];
  const patch = refusal === undefined && request.phase === 'mutate' ? mutationPatch(facts) : [];
  return { ...(refusal === undefined ? {} : { refusal }), patch, violations, notes, audit: auditOf(facts) };
}

/** Refuses an object that exceeds a bound. No rule reads it. */
export function refuseOutOfBounds(findings: readonly Finding[]): Decision {
  const { code } = invalidSpec;
  const violations = findings.map(({ path, message }): Violation => ({ code, severity: 'deny', path, message }));
  const refusal = refusalOf(violations);
  return { ...(refusal === undefined ? {} : { refusal }), patch: [], violations, notes: [], audit: {} };
}

/**
 * The denials of a write of the controller. They come from rules of admission, which are evaluated again for the current
 * state of the spokes and the change that the write would make.
 */
export function denialsOnApply(
  change: DeploymentChange,
  facts: Pick<Facts, 'hash' | 'systemNamespace' | 'revisionWriters' | 'protectedNamespaces' | 'spokeNamespaces'>,
  { severities = {}, acknowledged }: { severities?: Severities; acknowledged: readonly AcknowledgementGrant[] },
): Violation[] {
  const { namespace, name } = change.deployment;
  const factsOnApply: Facts = {
    ...facts,
    enforcement: 'apply',
    acknowledgeableCodes,
    // Only rules of admission read them.
    sharedHubNamespaces: [],
    request: { phase: 'validate', operation: 'UPDATE', kind: 'WorkloadDeployment', namespace, name, username: '' },
    changes: [change],
  };
  const enforced = rules.filter(({ enforcedAt }) => enforcedAt.some((point) => point === 'apply'));
  const found = enforced.flatMap((rule) => evaluateRule(rule, factsOnApply, severities));
  return acknowledge(found, acknowledged).filter(({ severity }) => severity === 'deny');
}

/** The revisions that refs resolved to, for the audit log. */
function auditOf({ request, environment, workloadProfile }: Facts): Record<string, string> {
  if (request.phase !== 'validate') return {};
  const entries = Object.entries({ environment, 'workload-profile': workloadProfile });
  return Object.fromEntries(
    entries.flatMap(([key, reference]) => {
      const stamp = stampOf(reference);
      return stamp === undefined ? [] : [[key, formatReferenceStamp(stamp)]];
    }),
  );
}

/** What the object of a request acknowledges: for its own hub namespace, and for others where the requester may override. */
function grantOf({ request, overridableNamespaces = [] }: Facts): AcknowledgementGrant {
  return { codes: acknowledgedIn(request), hubNamespaces: new Set([request.namespace, ...overridableNamespaces]) };
}

/** A violation with the hub namespaces that it is about. */
type FoundViolation = Violation & Pick<Finding, 'about'>;

/** Turns denials that are acknowledged into warnings. */
function acknowledge(found: FoundViolation[], grants: readonly AcknowledgementGrant[]): Violation[] {
  return found.map(({ about, ...violation }) => {
    const granted = grants.filter(({ codes }) => codes.has(violation.code) && acknowledgeableCodes.has(violation.code));
    if (granted.length === 0) return violation;
    if (granted.some((grant) => isCoveredBy(grant, about))) return { ...violation, severity: 'warn' };
    const hint = 'acknowledging this needs the verb override in the hub namespace of the other deployment too';
    return { ...violation, message: `${violation.message}; ${hint}` };
  });
}

/** Whether a decision depends on objects other than the one in the request. They must be read live before the decision is final. */
export function dependsOnOtherObjects(decision: Decision, { request, topology, missingRights }: Facts): boolean {
  // What CUE reports about a custom topology depends on its PolicyDefinition.
  const hasReport = topology?.state === 'unchecked' || (topology?.state === 'checked' && topology.problems.length > 0);
  if (hasReport && usesCustomTopology(request)) return true;
  if (missingRights?.some(({ namedBy }) => namedBy !== undefined) === true) return true;
  const codes = new Set(decision.violations.map((violation) => violation.code));
  return codes.size > 0 && rules.some((rule) => rule.needsLiveRead && codes.has(rule.code));
}

function usesCustomTopology({ kind, object }: Facts['request']): boolean {
  const topology = kind === 'Environment' ? object?.spec?.['topology'] : undefined;
  const type = isJsonObject(topology) ? topology['type'] : undefined;
  return typeof type === 'string' && topologyType(type).kind === 'custom';
}

/** The rules about each kind, operation and phase, in their order. */
const rulesByRequest = new Map<string, readonly Rule[]>();

/** The rules about a request. No rule blocks an object that is being deleted, except that a revision stays immutable even then. */
function rulesFor(request: RequestFacts): readonly Rule[] {
  const { kind, operation, phase } = request;
  const key = `${kind} ${operation} ${phase}`;
  const found = rulesByRequest.get(key) ?? rules.filter((rule) => isAbout(rule, request));
  // A request may name any kind.
  if (found.length > 0) rulesByRequest.set(key, found);
  return isBeingDeleted(request) ? found.filter(({ code }) => code === revisionIsImmutable.code) : found;
}

function isAbout(rule: Rule, { kind, operation, phase }: RequestFacts): boolean {
  return rule.kinds.includes(kind) && rule.operations.includes(operation) && rule.phases.includes(phase);
}

/** Most rules find nothing in most requests. */
const none: FoundViolation[] = [];

function evaluateRule(rule: Rule, facts: Facts, severities: Severities): FoundViolation[] {
  const setting = rule.overridable ? severities[rule.code] : undefined;
  if (setting === 'off') return [];
  const findings = rule.find(facts);
  if (findings.length === 0) return none;
  return findings.map(({ path, message, denial, severity: found, about }) => {
    const severity = setting ?? found ?? rule.severity;
    return {
      code: rule.code,
      severity,
      path,
      message: severity === 'deny' ? (denial ?? message) : message,
      ...(about === undefined ? {} : { about }),
    };
  });
}

/** Drops an InvalidSpec violation for a field that a more specific rule denies. */
function dropDuplicatePaths(all: Violation[]): Violation[] {
  const violations = redactUnauthorized(all);
  const denied = violations.filter(({ code, severity }) => code !== invalidSpec.code && severity === 'deny');
  const paths = new Set(denied.map(({ path }) => path).filter((path) => path !== ''));
  return violations.filter(({ code, path }) => code !== invalidSpec.code || !paths.has(path));
}

/** Rules about missing rights: what they deny must not be described by other rules. */
const aboutRights: ReadonlySet<string> = new Set([notAllowed.code, spokeNamespaceNotAllowed.code]);

/** Drops violations that would reveal to a requester whether an object that they may not use exists, or what it contains. */
function redactUnauthorized(violations: Violation[]): Violation[] {
  const unauthorized = new Set(violations.filter(({ code }) => aboutRights.has(code)).map(({ path }) => path));
  if (unauthorized.size === 0) return violations;
  const revealing = new Set(rules.filter((rule) => rule.needsLiveRead).map((rule) => rule.code));
  return violations.filter(
    ({ code, path }) => aboutRights.has(code) || !(unauthorized.has(path) || revealing.has(code)),
  );
}
