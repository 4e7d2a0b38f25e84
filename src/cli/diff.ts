import { pointerOfPath } from '../api/field-path.ts';
import { contentChanges } from '../domain/revisions/content-change.ts';
import type { History } from '../domain/refs/resolution.ts';
import type { RevisionSelector } from '../domain/refs/version-ref.ts';
import { CommandFailed } from './command-failed.ts';
import { contentDiff } from './output/content-diff.ts';
import {
  contentIn,
  exactRevisionFlag,
  exactRevisionUsage,
  findObject,
  historyIn,
  revisionIn,
  revisionTitle,
  titleOf,
  type FoundObject,
  type SelectedRevision,
} from './live/found-object.ts';
import { liveFlagsUsage, runLive, type LiveCommand, type LiveTerminal } from './live/live-command.ts';
import { nothingMore, readObject, readRevision } from './live/object-argument.ts';
import { sha256 } from './sha256.ts';
import { structured } from './output/structured-output.ts';

export const diffUsage = `Usage: mooring diff KIND NAME[@vA] [@vB] [-n NAMESPACE] [-o yaml|json]

Shows how labels, annotations and spec differ between two revisions of an Environment, WorkloadProfile or
PolicyDefinition: from A to B, with one revision from that to the newest, with none from the last but one to the newest.
  mooring diff env primary@v1 @v3      mooring diff env primary @v1.2.0 @v1.3.0      mooring diff env primary@v2
Colours only on a terminal, and not where NO_COLOR is set.

${exactRevisionUsage}
${liveFlagsUsage}

Exit code 0: no difference, 1: differences, 2: not found, refused or unusable arguments.`;

/** `mooring diff`: exit code 0, 1 or 2 as its usage says. */
export function diff(args: string[], terminal: LiveTerminal): Promise<number> {
  return runLive(
    { name: 'diff', usage: diffUsage, flags: exactRevisionFlag, failure: 2 },
    args,
    terminal,
    async (command) => {
      const { kind, ref, rest } = readObject(command.positionals);
      const selectors = readSelectors(ref.selector, rest);
      const found = await findObject(command, kind, ref.name);
      const history = await historyIn(command.catalog, found);
      const [from, to] = ends(command, found, selectors, history);
      const [before, after] = [
        await contentIn(command.client, found, from.revision, sha256),
        await contentIn(command.client, found, to.revision, sha256),
      ];
      const changes = contentChanges(before, after);
      if (command.output === undefined) {
        const side = (revision: SelectedRevision) => `${titleOf(found)}@${revisionTitle(revision)}`;
        terminal.out(
          contentDiff({ title: side(from), content: before }, { title: side(to), content: after }, terminal),
        );
      } else {
        const named = changes.map(({ path, ...values }) => ({ path: pointerOfPath(path), ...values }));
        const { namespace, name } = found;
        terminal.out(structured({ kind, namespace, name, from, to, changes: named }, command.output));
      }
      return changes.length === 0 ? 0 : 1;
    },
  );
}

/** The revisions that are asked for, in the order in which they stand. Throws UsageError. */
function readSelectors(inName: RevisionSelector, rest: string[]): RevisionSelector[] {
  const selectors = [...(inName.kind === 'newest' ? [] : [inName]), ...rest.map(readRevision)];
  if (selectors.length > 2) nothingMore(rest.slice(-1));
  return selectors;
}

function ends(
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

/** The newest of the recorded revisions before the newest. */
function previousOf(found: FoundObject, { newest, recorded }: History): SelectedRevision {
  const before = recorded
    .filter(({ revision }) => revision < newest.revision)
    .toSorted((left, right) => right.revision - left.revision)[0];
  if (before === undefined) throw new CommandFailed(`${titleOf(found)} has one revision only: v${newest.revision}`);
  const { revision, version } = before;
  return { revision, ...(version === undefined ? {} : { version }) };
}
