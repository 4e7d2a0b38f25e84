import type { JsonValue } from '../../api/object.ts';

/** `metav1.StatusCause`: one field that is at fault. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** The part of `metav1.StatusDetails` that callers act on. */
export interface StatusDetails {
  /** Seconds; from the header `Retry-After` where the body does not say. */
  retryAfterSeconds?: number;
  causes?: StatusCause[];
}

/** What an API server's refusal consists of. `code` is the HTTP status, `reason` is `metav1.Status.reason`. */
export interface ApiErrorFields {
  code: number;
  reason: string;
  details?: StatusDetails;
  body?: JsonValue;
  cause?: unknown;
}

/** The API server answered, and the answer was a refusal. */
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

/** No answer: refused, reset, timed out or cut short. What was asked may have been done or not. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

/** An answer that is not what the API promises, such as a login page of a proxy or a broken line of a watch. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}

/** Thrown by a reconcile: trying again changes nothing until the object does. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** A write was held back, because by now another may lead. */
export class LostLeadership extends Error {
  override readonly name = 'LostLeadership';
}

/** Nothing can be made in the namespace any more, because it is being deleted. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.code === 403 &&
    error.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true
  );
}

/** What was asked for does not exist: the object, or its whole kind. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** The object is newer than the one that the request was made from; also a failed precondition of a delete. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409 && error.reason !== 'AlreadyExists';
}

/** An object of that name exists. */
export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409 && error.reason === 'AlreadyExists';
}

/** A resourceVersion or a continue token is too old: list again. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === 410;
}
