import type { RequestFacts } from './facts.ts';

/**
 * Whether the object of a request is being deleted. Rules do not block such requests. Only the stored object tells: a client
 * may send a deletionTimestamp in a create by server-side apply, which the API server removes only after admission, and may
 * omit it in an update, to which the API server adds it again.
 */
export function isBeingDeleted({ oldObject }: Pick<RequestFacts, 'oldObject'>): boolean {
  return typeof oldObject?.metadata.deletionTimestamp === 'string';
}
