import type { PatchOperation } from '../json/json-patch.ts';
import type { Violation } from '../violation.ts';

/** Why a request is refused, in the terms of `metav1.Status`. */
export interface Refusal {
  /** HTTP status: 422 for fields, 403 for lifecycle and rights, 429 if a retry helps. */
  status: 403 | 422 | 429;
  reason: 'Invalid' | 'Forbidden' | 'TooManyRequests';
  message: string;
  /** Seconds; only with 429. */
  retryAfterSeconds?: number;
}

/** The answer to an admission request. `violations` contains all violations, warnings included. */
export interface Decision {
  refusal?: Refusal;
  /** Empty if the object needs no change, and with every refusal. */
  patch: PatchOperation[];
  violations: Violation[];
  /** Further warnings that belong to no rule. */
  notes: string[];
  /** Audit annotations without prefix, such as what refs resolved to. */
  audit: Record<string, string>;
}
