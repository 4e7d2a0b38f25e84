import type { RequestFacts } from './facts.ts';

/**
 * Whether a request is about an object that is on its way out: nothing is to be decided about that any more. A replacement
 * may come without the mark, which the API server then puts back; it refuses one that sets it.
 */
export function isBeingDeleted({ object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>): boolean {
  return [object, oldObject].some((item) => typeof item?.metadata.deletionTimestamp === 'string');
}
