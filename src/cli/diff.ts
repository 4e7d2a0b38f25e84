import { pointerOfPath } from '../api/field-path.ts';
import { contentChanges } from '../domain/revisions/content-change.ts';
import type { History } from '../domain/refs/resolution.ts';
import type { RevisionSelector } from '../domain/refs/version-ref.ts';
import { CommandFailed } from './live/command-failed.ts';
import { contentDiff } from './output/content-diff.ts';
import {
  contentIn,
  findObject,
  historyIn,
  revisionIn,
  revisionTitle,
  titleOf,
  type FoundObject,
  type SelectedRevision,
} from './live/found-object.ts';
import { runLive, type LiveCommand, type LiveOptions, type LiveTerminal } from './live/live-command.ts';
import { refuseMore, readObject, readRevision } from './live/object-argument.ts';
import { sha256 } from './sha256.ts';
import { structured } from './output/structured-output.ts';

/** `mooring diff`: compares two revisions of an object. The help documents the exit code. */
export function diff(args: readonly string[], options: LiveOptions, terminal: LiveTerminal): Promise<number> {
  return runLive({ name: 'diff', failure: 2 }, options, terminal, async (command) => {
    const { kind, ref, rest } = readObject(args);
    const selectors = readSelectors(ref.selector, rest);
    const found = await findObject(command, kind, ref.name);
    const history = await historyIn(command.catalog, found);
    const [from, to] = revisionsToCompare(command, found, selectors, history);
    const [before, after] = [
      await contentIn(command.client, found, from.revision, sha256),
      await contentIn(command.client, found, to.revision, sha256),
    ];
    const changes = contentChanges(before, after);
    if (command.output === undefined) {
      const side = (revision: SelectedRevision) => `${titleOf(found)}@${revisionTitle(revision)}`;
      terminal.out(contentDiff({ title: side(from), content: before }, { title: side(to), content: after }, terminal));
    } else {
      const named = changes.map(({ path, ...values }) => ({ path: pointerOfPath(path), ...values }));
      const { namespace, name } = found;
      terminal.out(structured({ kind, namespace, name, from, to, changes: named }, command.output));
    }
    return changes.length === 0 ? 0 : 1;
  });
}

/** The revisions in the arguments, in their order. Throws UsageError. */
function readSelectors(inName: RevisionSelector, rest: string[]): RevisionSelector[] {
  const selectors = [...(inName.kind === 'newest' ? [] : [inName]), ...rest.map(readRevision)];
  if (selectors.length > 2) refuseMore(rest.slice(-1));
  return selectors;
}

function revisionsToCompare(
  command: LiveCommand,
  found: FoundObject,
  [first, second]: RevisionSelector[],
  history: History,
): [SelectedRevision, SelectedRevision] {
  const newest = revisionIn(command, found, { kind: 'newest' }, history);
  if (first === undefined) return [previousOf(found, history), newest];
  const from = revisionIn(command, found, first, history);
  return [from, second === undefined ? newest : revisionIn(command, found, second, history)];
}

/** The newest recorded revision before the current one. */
function previousOf(found: FoundObject, { newest, recorded }: History): SelectedRevision {
  const before = recorded
    .filter(({ revision }) => revision < newest.revision)
    .toSorted((left, right) => right.revision - left.revision)[0];
  if (before === undefined) throw new CommandFailed(`${titleOf(found)} has only one revision: v${newest.revision}`);
  const { revision, version } = before;
  return { revision, ...(version === undefined ? {} : { version }) };
}
