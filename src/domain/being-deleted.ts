import type { RequestFacts } from './facts.ts';

/** Whether a request is about an object that is on its way out: nothing is to be decided about that any more. */
export function isBeingDeleted({ object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>): boolean {
  return (object ?? oldObject)?.metadata.deletionTimestamp !== undefined;
}
