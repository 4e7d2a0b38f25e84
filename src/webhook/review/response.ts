import type { Decision } from '../../domain/admission/decision.ts';
import { shownDenials } from '../../domain/admission/refusal.ts';
import type { Violation } from '../../domain/violation.ts';
import type { AdmissionRequest, Review } from './review.ts';
import { warningsOf } from './warnings.ts';

/** Why no decision was made: 500 `InternalError`, 503 `ServiceUnavailable`, 504 `Timeout` or 429 `TooManyRequests`, which kubectl retries. */
export interface Failure {
  code: 429 | 500 | 503 | 504;
  reason: 'InternalError' | 'ServiceUnavailable' | 'Timeout' | 'TooManyRequests';
  message: string;
}

/** Seconds after which a client retries a request that was not decided because of load. */
const loadRetrySeconds = 1;

/** Writes a decision as the AdmissionReview in response to `review`: JSON, sent with status 200. */
export function writeDecision(review: Review, decision: Decision): string {
  const { refusal, patch } = decision;
  const warnings = warningsOf(decision);
  const auditAnnotations = annotationsOf(decision);
  return write(review, {
    allowed: refusal === undefined,
    ...(refusal !== undefined && { status: refusedStatus(review.request, decision, refusal) }),
    ...(refusal === undefined &&
      patch.length > 0 && {
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
      }),
    ...(warnings.length > 0 && { warnings }),
    ...(auditAnnotations !== undefined && { auditAnnotations }),
  });
}

/** Writes that no decision was made, which denies the request. */
export function writeFailure(review: Review, failure: Failure): string {
  const details = failure.code === 429 ? { details: { retryAfterSeconds: loadRetrySeconds } } : {};
  return write(review, { allowed: false, status: { status: 'Failure', ...failure, ...details } });
}

function write({ apiVersion, request: { uid } }: Review, response: object): string {
  return JSON.stringify({ kind: 'AdmissionReview', apiVersion, response: { uid, ...response } });
}

function refusedStatus(
  request: AdmissionRequest,
  decision: Decision,
  refusal: NonNullable<Decision['refusal']>,
): object {
  const { status, reason, message, retryAfterSeconds } = refusal;
  const { shown, more } = shownDenials(decision.violations);
  const causes = shown.map((violation) => causeOf(violation, reason === 'Invalid'));
  if (more > 0) causes.push({ message: `and ${more} more`, field: 'object' });
  return {
    status: 'Failure',
    code: status,
    reason,
    message,
    details: {
      name: request.name,
      group: request.kind.group,
      kind: request.kind.kind,
      ...(causes.length > 0 && { causes }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  };
}

/**
 * One `metav1.StatusCause`. Kubernetes has a reason for an invalid field; every other rule uses its code as the reason, as
 * Kubernetes does with `NamespaceTerminating`. kubectl prints only `field: message` of each cause of an Invalid status, so
 * the message ends with the code and a field is required.
 */
function causeOf({ code, path, message }: Violation, needsField: boolean): object {
  const field = path === '' && needsField ? 'object' : path;
  return {
    reason: code === 'InvalidSpec' ? 'FieldValueInvalid' : code,
    message: `${message} (${code})`,
    ...(field !== '' && { field }),
  };
}

/** The API server prefixes each key with the name of the webhook. */
function annotationsOf({ violations, audit }: Decision): Record<string, string> | undefined {
  if (violations.length > 0) return { ...audit, rules: codesOf(violations).join(',') };
  for (const _ in audit) return audit;
  return undefined;
}

/** The codes of violations, distinct and sorted: for audit annotations, logs and metrics. */
export function codesOf(violations: Violation[]): string[] {
  return [...new Set(violations.map((violation) => violation.code))].toSorted();
}
