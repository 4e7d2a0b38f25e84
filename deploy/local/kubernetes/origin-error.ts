/** A file cannot be downloaded from its origin. The message is one line. */
export class OriginError extends Error {
  override name = 'OriginError';
  /** Whether the transfer began and was interrupted, so that another attempt may succeed. */
  readonly isBroken: boolean;

  constructor(url: string, reason: string, options: ErrorOptions & { isBroken?: boolean } = {}) {
    super(`${url}: ${reason}`, options);
    this.isBroken = options.isBroken ?? false;
  }
}

/** The message of the innermost cause. The message of `fetch` itself is only "fetch failed". */
export function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? error.message : describeCause(inner);
}
