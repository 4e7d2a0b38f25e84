import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { meansOtherContent, type ReferenceStamp, type ResolvedRevision } from './reference-stamp.ts';
import { formatRef, type VersionRef } from './version-ref.ts';

/** What a ref resolves to now. */
export interface ResolvedRef extends ResolvedRevision {
  namespace: string;
  version?: string;
}

/**
 * Why a pinned ref in the field `path` may not be followed: it means other content now than when it was written, because the object was created again
 * without its history, or because the number became a version. `undefined` if it means the same.
 */
export function changedMeaning(
  { path, kind }: { path: string; kind: RevisionedKindName },
  ref: VersionRef,
  stamp: ReferenceStamp | undefined,
  now: ResolvedRef,
): string | undefined {
  if (stamp === undefined || !meansOtherContent(ref.selector, stamp, now)) return undefined;
  const text = formatRef(ref);
  const meaning = now.floating
    ? `means version ${now.version ?? ''} now, and meant revision ${stamp.revision} when the ref was written`
    : `has other content now than when the ref was written`;
  const title = `${kind} ${now.namespace}/${ref.name}`;
  return `${text} of ${title} ${meaning}; set ${path} to the revision to use, or to accept what ${text} means now, to ${ref.name} and then to ${text} again`;
}
