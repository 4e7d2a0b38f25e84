import type { History } from './resolution.ts';
import type { VersionRef } from './version-ref.ts';

/** The result of looking up the object that a ref names. */
export interface FoundReference {
  ref: VersionRef;
  /** The namespace of the object; if the object does not exist, the first namespace that was searched. */
  namespace: string;
  /** Absent if the object does not exist, has no stamp yet, or is terminating and its revisions are deleted. */
  history?: History;
  /** Whether the object exists and is terminating. */
  isTerminating?: true;
  /** Names of the objects that exist in its namespace; absent if the requester may not see them. */
  others?: readonly string[];
  /** Why the newest content of the Environment is not ready; messages include that only if it is visible to the requester. */
  notReady?: { reason: string; message: string; visible: boolean };
}
