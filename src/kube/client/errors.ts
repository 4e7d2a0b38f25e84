import type { JsonValue } from '../../api/object.ts';

/** `metav1.StatusCause`: one invalid field. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** The part of `metav1.StatusDetails` that callers act on. */
export interface StatusDetails {
  /** Seconds; from the header `Retry-After` if the body does not contain them. */
  retryAfterSeconds?: number;
  causes?: StatusCause[];
}

/** The parts of an error response. `code` is the HTTP status, `reason` is `metav1.Status.reason`. */
export interface ApiErrorFields {
  code: number;
  reason: string;
  details?: StatusDetails;
  body?: JsonValue;
  cause?: unknown;
}

/** The API server sent an error response. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details?: StatusDetails;
  readonly body?: JsonValue;

  constructor(message: string, fields: ApiErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.reason = fields.reason;
    if (fields.details !== undefined) this.details = fields.details;
    if (fields.body !== undefined) this.body = fields.body;
  }
}

/** There is no complete response: the connection was refused, reset, timed out or cut. It is unknown whether the request took effect. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
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

/** Whether the object, or its whole kind, does not exist. */
export function isNotFound(error: unknown): boolean {
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
