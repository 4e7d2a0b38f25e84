/** A problem that a rule found. `code` is stable: it is the metric label and the anchor in the docs. */
export interface Violation {
  code: string;
  severity: 'deny' | 'warn';
  /** The field, as users write it: `spec.topology.type`; empty if the problem is not in one field. */
  path: string;
  /** One line: what is wrong and what to do. */
  message: string;
}

/** One line: `spec.topology.type: unknown topology … (UnknownTopology)`. */
export function formatViolation({ code, path, message }: Pick<Violation, 'code' | 'path' | 'message'>): string {
  return `${path === '' ? '' : `${path}: `}${message} (${code})`;
}
