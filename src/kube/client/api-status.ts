import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { ApiError, type RequestedObject, type StatusCause, type StatusDetails } from './errors.ts';

/**
 * The `metav1.StatusReason` of HTTP statuses, for servers and proxies that respond without a Status. There is none for 404: only
 * a Status of the API server proves that an object does not exist.
 */
const reasons: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** What is known about a failed request besides its response. */
export interface RequestContext {
  /** Seconds, from the header `Retry-After`. */
  retryAfter?: number | undefined;
  requested?: RequestedObject | undefined;
}

/** The error for an error response. `what` is the request, for the message; `body` is a `metav1.Status` as JSON, or any string. */
export function errorFromStatus(
  what: string,
  code: number,
  body: JsonValue,
  { retryAfter, requested }: RequestContext = {},
): ApiError {
  const status = isJsonObject(body) ? body : {};
  // Other JSON may have a field `reason` too.
  const isProof = code !== 404 || status['kind'] === 'Status';
  const reason = (isProof ? nonEmptyString(status['reason']) : undefined) ?? reasons[code] ?? 'Unknown';
  const message = nonEmptyString(status['message']) ?? (typeof body === 'string' ? oneLine(body) : '');
  const details = detailsOf(status['details'], retryAfter);
  return new ApiError(`${what}: ${message === '' ? `HTTP ${code}` : message} (${code} ${reason})`, {
    code: typeof status['code'] === 'number' && status['kind'] === 'Status' ? status['code'] : code,
    reason,
    ...(details === undefined ? {} : { details }),
    body,
    ...(requested === undefined ? {} : { requested }),
  });
}

function detailsOf(details: unknown, retryAfter: number | undefined): StatusDetails | undefined {
  const given = isJsonObject(details) ? details : {};
  const seconds = typeof given['retryAfterSeconds'] === 'number' ? given['retryAfterSeconds'] : retryAfter;
  const causes = Array.isArray(given['causes']) ? given['causes'].filter(isJsonObject).map(causeOf) : undefined;
  const [name, kind] = [nonEmptyString(given['name']), nonEmptyString(given['kind'])];
  if ([seconds, causes, name, kind].every((part) => part === undefined)) return undefined;
  return {
    ...(name === undefined ? {} : { name }),
    ...(kind === undefined ? {} : { kind }),
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    ...(causes === undefined ? {} : { causes }),
  };
}

function causeOf(cause: JsonObject): StatusCause {
  const pairs = (['reason', 'message', 'field'] as const).map((key) => [key, nonEmptyString(cause[key])] as const);
  return Object.fromEntries(pairs.filter(([, text]) => text !== undefined));
}

function nonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 200);
}
