import { group as ourGroup, kindNamed } from '../api/kinds.ts';
import type { Decision } from '../domain/admission/decision.ts';
import type { Log } from '../log.ts';
import type { AdmissionMetrics, AdmissionSample } from '../metrics/admission.ts';
import { DeadlineExceeded, withDeadline } from './deadline.ts';
import { cutBelow, isDeeperThan, MAX_LEVELS } from './http/nesting.ts';
import { codesOf, writeDecision, writeFailure, type AdmissionRequest, type Review } from './review/review.ts';

/** Decides about one request. The signal is aborted when the answer would come too late; throwing is a failure. */
export type Decide = (request: AdmissionRequest, signal: AbortSignal) => Promise<Decision>;

export interface AdmitOptions {
  log: Log;
  metrics?: AdmissionMetrics;
  /** Milliseconds; fractions count, the origin does not. */
  now: () => number;
}

/** Answers one review with an AdmissionReview in JSON, whatever becomes of the decision; logs and measures it. */
export async function admit(
  review: Review,
  decide: Decide,
  deadlineMs: number,
  { log, metrics, now }: AdmitOptions,
): Promise<string> {
  const { request } = review;
  const started = now();
  let decision: AdmissionSample['decision'] = 'error';
  let rules: string[] = [];
  try {
    const decided = await withDeadline(deadlineMs, (signal) => decideShallow(request, decide, signal));
    const answer = writeDecision(review, decided);
    rules = codesOf(decided.violations);
    decision = decided.refusal === undefined ? 'allow' : 'deny';
    if (decided.refusal === undefined) log.debug({ ...fieldsOf(request), rules }, 'admitted');
    else log.info({ ...fieldsOf(request), rules, status: decided.refusal.status }, 'refused');
    return answer;
  } catch (err) {
    log.error({ ...fieldsOf(request), err }, 'no decision');
    return writeFailure(review, failureOf(err, request.uid, deadlineMs));
  } finally {
    const { operation, kind } = request;
    metrics?.answered({ kind: labelOf(kind), operation, decision, rules, seconds: (now() - started) / 1000 });
  }
}

/** What is nested too deep is refused unseen; an old object that is so (nobody could remove it) is cut. */
async function decideShallow(request: AdmissionRequest, decide: Decide, signal: AbortSignal): Promise<Decision> {
  const { object, oldObject } = request;
  if (isDeeperThan(object, MAX_LEVELS)) return tooDeep();
  if (oldObject === undefined || !isDeeperThan(oldObject, MAX_LEVELS)) return decide(request, signal);
  return decide({ ...request, oldObject: cutBelow(oldObject, MAX_LEVELS) }, signal);
}

function tooDeep(): Decision {
  const code = 'InvalidSpec';
  const message = `the object is nested deeper than ${MAX_LEVELS} levels`;
  return {
    refusal: { status: 422, reason: 'Invalid', message: `${message} (${code})` },
    patch: [],
    violations: [{ code, severity: 'deny', path: '', message }],
    notes: [],
    audit: {},
  };
}

function failureOf(error: unknown, uid: string, deadlineMs: number): Parameters<typeof writeFailure>[1] {
  if (error instanceof DeadlineExceeded) {
    const message = `mooring could not decide within ${deadlineMs / 1000} s: it or what it reads is overloaded, try again`;
    return { code: 504, reason: 'Timeout', message: `${message} (its log has uid ${uid})` };
  }
  return { code: 500, reason: 'InternalError', message: `mooring failed to decide: its log has uid ${uid}` };
}

function fieldsOf({ uid, operation, kind, namespace, name, dryRun, userInfo }: AdmissionRequest): object {
  return { uid, operation, kind: kind.kind, namespace, name, user: userInfo.username, dryRun };
}

/** Anyone who reaches the port may ask about any kind, and labels must be few. */
function labelOf({ group, kind }: AdmissionRequest['kind']): string {
  return group === ourGroup && kindNamed(kind) !== undefined ? kind : 'unknown';
}
