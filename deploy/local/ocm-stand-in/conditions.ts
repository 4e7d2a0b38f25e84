/** OCM stand-in (local runs only): lists of conditions. */

import type { Condition } from '../../../src/api/object.ts';

/** A condition to write. Like OCM it always has a message. `withCondition` sets the time. */
export interface NewCondition {
  type: string;
  status: Condition['status'];
  reason: string;
  message: string;
  observedGeneration?: number | undefined;
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/** The list with the condition `next`. Its time changes only if its status changes. `now` is in RFC 3339. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  next: NewCondition,
  now: string,
): Condition[] {
  const list = conditions ?? [];
  const before = findCondition(list, next.type);
  const { observedGeneration, ...rest } = next;
  const condition: Condition = {
    ...rest,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    lastTransitionTime: before?.status === next.status ? (before.lastTransitionTime ?? now) : now,
  };
  return before === undefined ? [...list, condition] : list.map((each) => (each === before ? condition : each));
}

/** The time in RFC 3339 with whole seconds, as the API server stores it. */
export function formatTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
