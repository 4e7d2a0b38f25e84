import type { RevisionedKindName } from '../api/definition-revision.ts';
import type { JsonObject } from '../api/object.ts';
import type { KnownRevision } from '../domain/refs/resolution.ts';
import type { Definition } from '../domain/revisions/definition.ts';

/** Reads Environments, WorkloadProfiles, PolicyDefinitions and their revisions from caches, an API server, or files. */
export interface DefinitionStore {
  get(kind: RevisionedKindName, namespace: string, name: string): Promise<Definition | undefined>;
  /** Names of the objects of a kind in a namespace, sorted. */
  names(kind: RevisionedKindName, namespace: string): Promise<string[]>;
  /** The recorded revisions of this object. Revisions of a deleted object with the same name and another uid are left out. */
  revisions(kind: RevisionedKindName, definition: Definition): Promise<KnownRevision[]>;
  /** One of the recorded revisions of this object. */
  revision(kind: RevisionedKindName, definition: Definition, revision: number): Promise<KnownRevision | undefined>;
  /** The spec of a recorded revision. */
  recorded(kind: RevisionedKindName, definition: Definition, revision: number): Promise<JsonObject | undefined>;
  /** The hash of the content of a recorded revision. */
  recordedHash(kind: RevisionedKindName, definition: Definition, revision: number): Promise<string | undefined>;
}
