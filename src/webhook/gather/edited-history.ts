import type { RevisionedKindName } from '../../api/definition-revision.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { resolve, type History } from '../../domain/refs/resolution.ts';
import { readStamp } from '../../domain/revisions/revision.ts';
import type { RevisionSelector } from '../../domain/refs/version-ref.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** The revisions of an object before an edit and after it. */
export interface EditedHistory {
  /** Absent for a new object. */
  before?: History;
  after: History;
  /** The revision that the edit creates. */
  revision: number;
}

/** The history of an object before and after an edit; `undefined` if the edit creates no revision. */
export async function editedHistory(
  catalog: Catalog,
  kind: RevisionedKindName,
  { object, oldObject }: { object: UncheckedObject; oldObject?: UncheckedObject | undefined },
): Promise<EditedHistory | undefined> {
  const revision = readStamp(object.metadata)?.revision;
  if (revision === undefined) return undefined;
  const version = object.spec?.['version'];
  const newest = { revision, ...(typeof version === 'string' ? { version } : {}) };
  if (oldObject === undefined) return { after: { newest, recorded: [] }, revision };
  const before = await catalog.history(kind, oldObject);
  if (before === undefined || revision === before.newest.revision) return undefined;
  return { before, after: { ...before, newest, recorded: [...before.recorded, before.newest] }, revision };
}

/** Whether a ref will resolve to the revision that the edit creates. */
export function resolvesToEdit(selector: RevisionSelector, { after, revision }: EditedHistory): boolean {
  const resolution = resolve(selector, after);
  return resolution.state === 'resolved' && resolution.revision === revision;
}
