import type { Violation } from '../violation.ts';
import type { PatchOperation } from '../json/json-patch.ts';

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
