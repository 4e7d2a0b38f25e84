import type { RequestFacts } from './facts.ts';

/**
 * Whether the object of a request is being deleted. Rules do not block such requests. A client may omit the
 * deletionTimestamp in an update; the API server adds it again. It rejects an update that sets the field.
 */
export function isBeingDeleted({ object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>): boolean {
  return [object, oldObject].some((item) => typeof item?.metadata.deletionTimestamp === 'string');
}
