import type { RequestFacts } from './facts.ts';

/**
 * Whether a request is about an object that is being deleted: no rule blocks that. An update may lack the
 * deletionTimestamp, which the API server then adds again; it rejects an update that sets it.
 */
export function isBeingDeleted({ object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>): boolean {
  return [object, oldObject].some((item) => typeof item?.metadata.deletionTimestamp === 'string');
}
