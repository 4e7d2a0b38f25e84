import type { JsonObject } from '../../src/api/object.ts';

/** An RBAC rule and why it is needed. The reason is printed in `docs/security.md`. */
export interface ReasonedRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
  /** One sentence or more. */
  reason: string;
}

/** Rules as a role contains them. */
export function rulesOf(rules: readonly ReasonedRule[]): JsonObject[] {
  return rules.map((reasoned) => {
    const { reason: _, ...rule } = reasoned;
    return { ...rule };
  });
}
