import type { JsonValue } from '../api/object.ts';

/** One operation of a JSON Patch (RFC 6902); the only ones that mooring needs. `path` is a JSON Pointer. */
export interface PatchOperation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: JsonValue;
}

/** Something that a rule found. `code` is stable: the metric label and the anchor in the docs. */
export interface Violation {
  code: string;
  severity: 'deny' | 'warn';
  /** Where, as users write it: `spec.topology.type`; empty where no single field is at fault. */
  path: string;
  /** One line: what is wrong and what to do. */
  message: string;
}

/** Why a request is refused, in the terms of `metav1.Status`. */
export interface Refusal {
  /** HTTP status: 422 for fields, 403 for lifecycle and rights, 429 where a retry helps. */
  status: 403 | 422 | 429;
  reason: 'Invalid' | 'Forbidden' | 'TooManyRequests';
  message: string;
  /** Seconds; only with 429. */
  retryAfterSeconds?: number;
}

/** The answer to an admission request. `violations` holds all that was found, those that only warn too. */
export interface Decision {
  refusal?: Refusal;
  /** Empty when nothing changes, and with every refusal. */
  patch: PatchOperation[];
  violations: Violation[];
  /** Further warnings that belong to no rule. */
  notes: string[];
  /** Audit annotations without prefix, such as what refs resolved to. */
  audit: Record<string, string>;
}
