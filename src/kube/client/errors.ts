import { isJsonObject, type JsonValue } from '../../api/object.ts';

/** `metav1.StatusCause`: one invalid field. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** The part of `metav1.StatusDetails` that callers act on. */
export interface StatusDetails {
  /** The name of the object that the error is about. */
  name?: string;
  /** The kind of that object: mostly its plural. */
  kind?: string;
  /** Seconds; from the header `Retry-After` if the body does not contain them. */
  retryAfterSeconds?: number;
  causes?: StatusCause[];
}

/** The object that a request is about. */
export interface RequestedObject {
  plural: string;
  kind: string;
  name: string;
}

/** The parts of an error response. `code` is the HTTP status, `reason` is `metav1.Status.reason`. */
export interface ApiErrorFields {
  code: number;
  reason: string;
  details?: StatusDetails;
  body?: JsonValue;
  /** The object that was requested; absent for requests of a whole collection. */
  requested?: RequestedObject;
  cause?: unknown;
}

/** The API server sent an error response. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details?: StatusDetails;
  readonly body?: JsonValue;
  readonly requested?: RequestedObject;

  constructor(message: string, fields: ApiErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.reason = fields.reason;
    if (fields.details !== undefined) this.details = fields.details;
    if (fields.body !== undefined) this.body = fields.body;
    if (fields.requested !== undefined) this.requested = fields.requested;
  }
}

/** There is no complete response: the connection was refused, reset, timed out or cut. It is unknown whether the request took effect. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
  /** Whether the connection is fine, but the response was not complete at the deadline of the request. */
  readonly timedOut: boolean;

  constructor(message: string, { timedOut = false, ...options }: ErrorOptions & { timedOut?: boolean } = {}) {
    super(message, options);
    this.timedOut = timedOut;
  }
}

/** A response has more bytes than the caller accepts. */
export class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

/** A response that is not of the expected form, such as a login page of a proxy or an invalid line of a watch. */
export class UnreadableResponse extends Error {
  override readonly name = 'UnreadableResponse';
}

/** Thrown by a reconcile that cannot succeed until its object changes. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** A write was not sent, because another process may be the leader by now. */
export class LostLeadership extends Error {
  override readonly name = 'LostLeadership';
}

/** Whether a create failed because the namespace is terminating. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.code === 403 &&
    error.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true
  );
}

/**
 * Whether the API server itself says that the requested object does not exist. A response of something in front of it, such as
 * the error page of a gateway, is no such answer, nor is one about another object, such as a missing namespace.
 */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.code !== 404 || error.reason !== 'NotFound') return false;
  const { details = {}, requested } = error;
  if (requested === undefined) return true;
  const isSameKind = details.kind === undefined || [requested.plural, requested.kind].includes(details.kind);
  return isSameKind && (details.name === undefined || details.name === requested.name);
}

/**
 * Whether a request of a whole kind was answered with 404. The API server answers so for a kind that it does not serve, but a
 * gateway may answer so for any kind: `isServed` in `discovery.ts` tells them apart.
 */
export function mayNotBeServed(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** Whether the object has changed since it was read, or a precondition of a delete failed. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409 && error.reason !== 'AlreadyExists';
}

/** Whether an object with this name exists already. */
export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409 && error.reason === 'AlreadyExists';
}

/** Whether a resourceVersion or a continue token is too old, so that a new list is necessary. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === 410;
}

/** HTTP statuses that say nothing about the request itself: it may succeed when it is repeated soon, or with other credentials. */
const unrelatedCodes = [401, 409, 429, 503, 504];

/** The API server's own message if it refused a request for what it contains, or for a limit; `undefined` for other errors. */
export function refusalMessage(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || unrelatedCodes.includes(error.code)) return undefined;
  const { body } = error;
  return isJsonObject(body) && typeof body['message'] === 'string' ? body['message'] : error.message;
}
