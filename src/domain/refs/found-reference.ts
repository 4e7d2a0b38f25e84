import type { History } from './resolution.ts';
import type { VersionRef } from './version-ref.ts';

/** What was found of the object that a ref names. */
export interface FoundReference {
  ref: VersionRef;
  /** Where it was found, or looked for first. */
  namespace: string;
  /** Absent where there is no such object. */
  history?: History;
  /** Names of those that there are instead; absent where the requester may not see them. */
  others?: readonly string[];
  /** Why the Environment is not ready, where the newest content of it is judged so; told only to who may see it. */
  notReady?: { reason: string; message: string; visible: boolean };
}
