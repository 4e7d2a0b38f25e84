import { resolve, type History } from './resolution.ts';
import type { Use } from './uses.ts';

/** Why revisions of a definition are retained, besides being the newest. */
export interface RevisionUses {
  /** Refs to the definition, which are counted for `status.users`. */
  uses: Use[];
  /** Revisions that are applied, even if the refs have changed since: retained, not counted. */
  applied: number[];
  /** Refs in recorded revisions of Environments, because a recorded revision may be used again: retained, not counted. */
  recorded: Use[];
}

/** How many refs resolve to each revision now. */
export function countUsers(uses: readonly Use[], history: History): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { selector } of uses) {
    const resolution = resolve(selector, history);
    if (resolution.state === 'resolved') counts.set(resolution.revision, (counts.get(resolution.revision) ?? 0) + 1);
  }
  return counts;
}

/** The revisions that are in use, so that they must be retained. */
export function usedRevisions({ uses, applied, recorded }: RevisionUses, history: History): Set<number> {
  return new Set([
    ...countUsers([...uses, ...recorded], history).keys(),
    ...applied,
    ...stampedIn([...uses, ...recorded]),
  ]);
}

/** The revisions that refs resolved to when they were written: reverting a later change must find them again. */
function stampedIn(uses: readonly Use[]): number[] {
  return uses.flatMap(({ stamped, selector }) =>
    stamped === undefined || selector.kind === 'newest' ? [] : [stamped.revision],
  );
}
