import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { Decision } from '../../domain/admission/decision.ts';
import { warningsOf } from './warnings.ts';
import type { Violation } from '../../domain/violation.ts';

const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const;

/** Both have the same fields; the answer carries the one that was asked in. */
const VERSIONS: ReadonlySet<string> = new Set(['admission.k8s.io/v1', 'admission.k8s.io/v1beta1']);

/** More causes than this help nobody; the rest is counted. */
const MOST_CAUSES = 50;

/** Who asks, in the terms of `authentication.k8s.io/v1`. */
export interface UserInfo {
  username: string;
  uid?: string;
  groups: string[];
  extra: Record<string, string[]>;
}

/** What an API server asks about. `object` is there on CREATE and UPDATE, `oldObject` on UPDATE and DELETE. */
export interface AdmissionRequest {
  uid: string;
  kind: { group: string; version: string; kind: string };
  resource: { group: string; version: string; resource: string };
  subResource?: string;
  operation: (typeof OPERATIONS)[number];
  namespace?: string;
  /** Empty only where the API server has still to make it up from `generateName`. */
  name: string;
  dryRun: boolean;
  object?: JsonObject;
  oldObject?: JsonObject;
  userInfo: UserInfo;
}

/** A request and the version that it was asked in. */
export interface Review {
  apiVersion: string;
  request: AdmissionRequest;
}

/** Why no decision came about: 500 `InternalError` or 504 `Timeout`. */
export interface Failure {
  code: 500 | 504;
  reason: 'InternalError' | 'Timeout';
  message: string;
}

/** The body is no AdmissionReview with a request; the message is one line for whoever sent it. */
export class NotAReview extends Error {
  override readonly name = 'NotAReview';
}

/** Reads an AdmissionReview from JSON in UTF-8. Throws `NotAReview`. Nested as deep as it may be, it overflows nothing. */
export function readReview(body: Buffer): Review {
  const review = parse(body);
  if (!isJsonObject(review)) throw new NotAReview('the body is no JSON object');
  const { apiVersion, kind, request } = review;
  if (kind !== 'AdmissionReview') throw new NotAReview('kind is not AdmissionReview');
  if (typeof apiVersion !== 'string' || !VERSIONS.has(apiVersion)) {
    throw new NotAReview(`apiVersion is none of ${[...VERSIONS].join(', ')}`);
  }
  if (!isJsonObject(request)) throw new NotAReview('request is missing');
  return { apiVersion, request: readRequest(request) };
}

/** Writes a decision as the AdmissionReview that answers `review`: JSON, to be sent with status 200. */
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

/** Writes that no decision came about. Nothing is admitted undecided. */
export function writeFailure(review: Review, failure: Failure): string {
  return write(review, { allowed: false, status: { status: 'Failure', ...failure } });
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
  const denials = decision.violations.filter((violation) => violation.severity === 'deny');
  const causes = denials.slice(0, MOST_CAUSES).map((violation) => causeOf(violation, reason === 'Invalid'));
  if (denials.length > MOST_CAUSES)
    causes.push({ message: `and ${denials.length - MOST_CAUSES} more`, field: 'object' });
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
 * One `metav1.StatusCause`. Kubernetes has a word for a bad field; every other rule gives its own code, as
 * `NamespaceTerminating` does there. Of an Invalid status kubectl prints nothing but
 * `field: message` of each cause, so the code stands there too and a field is needed.
 */
function causeOf({ code, path, message }: Violation, needsField: boolean): object {
  const field = path === '' && needsField ? 'object' : path;
  return {
    reason: code === 'InvalidSpec' ? 'FieldValueInvalid' : code,
    message: `${message} (${code})`,
    ...(field !== '' && { field }),
  };
}

/** The API server puts the webhook's name before each key. */
function annotationsOf({ violations, audit }: Decision): Record<string, string> | undefined {
  if (violations.length > 0) return { ...audit, rules: codesOf(violations).join(',') };
  for (const _ in audit) return audit;
  return undefined;
}

/** The codes of violations, distinct and sorted: for audit annotations, logs and metrics. */
export function codesOf(violations: Violation[]): string[] {
  return [...new Set(violations.map((violation) => violation.code))].toSorted();
}

function parse(body: Buffer): JsonValue {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    // The parser's own message quotes the body, which is not ours to repeat.
    throw new NotAReview('the body is no JSON', { cause });
  }
}

function readRequest(request: JsonObject): AdmissionRequest {
  const uid = textOf(request, 'uid');
  if (uid === '') throw new NotAReview('request.uid is missing');
  const operation = OPERATIONS.find((known) => known === request.operation);
  if (operation === undefined) throw new NotAReview(`request.operation is none of ${OPERATIONS.join(', ')}`);
  const kind = objectOf(request, 'kind');
  const resource = objectOf(request, 'resource');
  if (kind === undefined || resource === undefined) throw new NotAReview('request.kind or request.resource is missing');
  const object = objectOf(request, 'object');
  const oldObject = objectOf(request, 'oldObject');
  if (object === undefined && (operation === 'CREATE' || operation === 'UPDATE')) {
    throw new NotAReview(`request.object is missing for ${operation}`);
  }
  if (oldObject === undefined && (operation === 'UPDATE' || operation === 'DELETE')) {
    throw new NotAReview(`request.oldObject is missing for ${operation}`);
  }
  const subResource = textOf(request, 'subResource');
  const namespace = textOf(request, 'namespace');
  return {
    uid,
    kind: { group: textOf(kind, 'group'), version: textOf(kind, 'version'), kind: textOf(kind, 'kind') },
    resource: {
      group: textOf(resource, 'group'),
      version: textOf(resource, 'version'),
      resource: textOf(resource, 'resource'),
    },
    ...(subResource !== '' && { subResource }),
    operation,
    ...(namespace !== '' && { namespace }),
    // A collection is deleted without `request.name` (tried), and a create may come without it.
    name: textOf(request, 'name') || nameOf(object) || nameOf(oldObject),
    dryRun: request.dryRun === true,
    ...(object !== undefined && { object }),
    ...(oldObject !== undefined && { oldObject }),
    userInfo: readUser(objectOf(request, 'userInfo') ?? {}),
  };
}

function readUser(user: JsonObject): UserInfo {
  const uid = textOf(user, 'uid');
  const groups = user.groups ?? [];
  const extra = user.extra ?? {};
  if (!isTexts(groups)) throw new NotAReview('userInfo.groups is no list of strings');
  if (!isTextsByKey(extra)) throw new NotAReview('userInfo.extra is no map of lists of strings');
  return { username: textOf(user, 'username'), ...(uid !== '' && { uid }), groups, extra };
}

function nameOf(object: JsonObject | undefined): string {
  const metadata = object?.metadata;
  return isJsonObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}

/** A string; Go leaves empty ones out. */
function textOf(from: JsonObject, key: string): string {
  const value = from[key] ?? '';
  if (typeof value !== 'string') throw new NotAReview(`${key} is no string`);
  return value;
}

/** An object; Go writes an absent one as null. */
function objectOf(from: JsonObject, key: string): JsonObject | undefined {
  const value = from[key] ?? undefined;
  if (value !== undefined && !isJsonObject(value)) throw new NotAReview(`request.${key} is no object`);
  return value;
}

function isTexts(value: JsonValue): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isTextsByKey(value: JsonValue): value is Record<string, string[]> {
  return isJsonObject(value) && Object.values(value).every(isTexts);
}
