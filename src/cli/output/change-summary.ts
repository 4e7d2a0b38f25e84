import { formatPath } from '../../api/field-path.ts';
import { contentChanges, type ContentChange } from '../../domain/revisions/content-change.ts';
import type { Content } from '../../domain/revisions/revision.ts';

/** The summary names at most this many paths and counts the others, because a longer line is hard to read. */
const shown = 3;

/** A short summary of the changes between two contents: `spec.version, +metadata.labels.tier and 2 more`. */
export function changeSummary(before: Content, after: Content): string {
  const changes = contentChanges(before, after);
  if (changes.length === 0) return 'nothing';
  const named = changes.slice(0, shown).map(changeTitle).join(', ');
  return changes.length > shown ? `${named} and ${changes.length - shown} more` : named;
}

/** The path of a change; `+` where something was added, `-` where it was removed. */
function changeTitle({ path, ...values }: ContentChange): string {
  const sign = 'before' in values ? ('after' in values ? '' : '-') : '+';
  return `${sign}${formatPath(path)}`;
}
