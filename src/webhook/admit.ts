import { group as ourGroup, kindNamed } from '../api/kinds.ts';
import type { Decision } from '../domain/admission/decision.ts';
import { ApiError, ServerUnreachable } from '../kube/client/errors.ts';
import type { Log } from '../log.ts';
import type { AdmissionMetrics, AdmissionSample } from '../metrics/admission.ts';
import { DeadlineExceeded, type Deadline } from './deadline.ts';
import { decideWithinBounds } from './gather/decide-within-bounds.ts';
import { codesOf, writeDecision, writeFailure } from './review/response.ts';
import type { AdmissionRequest, Review } from './review/review.ts';

/** Decides about one request. The signal aborts at the deadline; throwing is a failure. */
export type Decide = (request: AdmissionRequest, signal: AbortSignal) => Promise<Decision>;

export interface AdmitOptions {
  log: Log;
  metrics?: AdmissionMetrics;
  /** Milliseconds with fractions, from any origin. */
  now: () => number;
}

/**
 * Returns the AdmissionReview in JSON that responds to one review, even if the decision fails; logs and measures the decision.
 * `deadlineMs` is the time of the whole request, for the message.
 */
export async function admit(
  review: Review,
  decide: Decide,
  { deadline, deadlineMs }: { deadline: Deadline; deadlineMs: number },
  { log, metrics, now }: AdmitOptions,
): Promise<string> {
  const { request } = review;
  const started = now();
  let decision: AdmissionSample['decision'] = 'error';
  let rules: string[] = [];
  try {
    const decided = await deadline.race(
      decideWithinBounds(request, (bounded) => decide(bounded, deadline.signal), review.bytes),
    );
    const response = writeDecision(review, decided);
    rules = codesOf(decided.violations);
    decision = decided.refusal === undefined ? 'allow' : 'deny';
    if (decided.refusal === undefined) log.debug({ ...logFields(request), rules }, 'admitted');
    else log.info({ ...logFields(request), rules, status: decided.refusal.status }, 'refused');
    return response;
  } catch (err) {
    if (err instanceof TooManyReviews) log.warn(logFields(request), 'too many reviews in flight');
    else log.error({ ...logFields(request), err }, 'no decision');
    return writeFailure(review, failureOf(err, request.uid, deadlineMs));
  } finally {
    const { operation, kind } = request;
    metrics?.recordDecision({ kind: kindLabel(kind), operation, decision, rules, seconds: (now() - started) / 1000 });
  }
}

/** The request was not decided, because reviews in flight need the memory. */
export class TooManyReviews extends Error {
  override readonly name = 'TooManyReviews';
}

function failureOf(error: unknown, uid: string, deadlineMs: number): Parameters<typeof writeFailure>[1] {
  if (error instanceof TooManyReviews) {
    return { code: 429, reason: 'TooManyRequests', message: 'mooring is busy with other large requests: try again' };
  }
  if (error instanceof DeadlineExceeded) {
    const message = `mooring could not decide within ${deadlineMs / 1000} s: mooring or the API server is overloaded, try again`;
    return { code: 504, reason: 'Timeout', message: `${message} (see its log for uid ${uid})` };
  }
  if (error instanceof ApiError || error instanceof ServerUnreachable) {
    const message = 'mooring could not read from the API server what this decision depends on, try again';
    return { code: 503, reason: 'ServiceUnavailable', message: `${message} (see its log for uid ${uid})` };
  }
  return { code: 500, reason: 'InternalError', message: `mooring failed to decide: see its log for uid ${uid}` };
}

function logFields({ uid, operation, kind, namespace, name, dryRun, userInfo }: AdmissionRequest): object {
  return { uid, operation, kind: kind.kind, namespace, name, user: userInfo.username, dryRun };
}

/** Anyone who reaches the port may send any kind, and metrics must have few label values. */
function kindLabel({ group, kind }: AdmissionRequest['kind']): string {
  return group === ourGroup && kindNamed(kind) !== undefined ? kind : 'unknown';
}
