/** A file cannot be had from its origin: not reachable, not there, or cut off. The message is one line. */
export class OriginError extends Error {
  override name = 'OriginError';
  /** Whether the transfer began and broke off, so that another attempt may succeed. */
  readonly isBroken: boolean;

  constructor(url: string, reason: string, options: ErrorOptions & { isBroken?: boolean } = {}) {
    super(`${url}: ${reason}`, options);
    this.isBroken = options.isBroken ?? false;
  }
}

/** The innermost cause: `fetch` itself says "fetch failed" only. */
export function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? error.message : describeCause(inner);
}
