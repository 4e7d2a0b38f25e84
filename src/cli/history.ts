import type { DefinitionRevision } from '../api/definition-revision.ts';
import { isTerminating, readStamp, type Content } from '../domain/revisions/revision.ts';
import { newestContent, recordedContent, recordedRevisions } from '../catalog/recorded-content.ts';
import { knownRevision } from '../catalog/revision-records.ts';
import { UsageError } from '../usage-error.ts';
import { age } from './output/age.ts';
import { changeSummary } from './output/change-summary.ts';
import { findObject, historyIn, titleOf } from './live/found-object.ts';
import { runLive, type LiveOptions, type LiveTerminal } from './live/live-command.ts';
import { refuseMore, readObject } from './live/object-argument.ts';
import { sha256 } from './sha256.ts';
import { listOf, structured } from './output/structured-output.ts';
import { table } from './output/table.ts';
import { partialUsersWarning, usersAt, usersOf, type User } from './users.ts';

/** `mooring history`: shows the revisions of an object, newest first. The help documents the exit code. */
export function history(args: readonly string[], options: LiveOptions, terminal: LiveTerminal): Promise<number> {
  return runLive({ name: 'history', failure: 1 }, options, terminal, async (command) => {
    const { kind, ref, rest } = readObject(args);
    refuseMore(rest);
    if (ref.selector.kind !== 'newest') throw new UsageError(`history shows all revisions; use ${kind} ${ref.name}`);
    const found = await findObject(command, kind, ref.name);
    const { definition } = found;
    const revisions = await recordedRevisions(command.client, kind, definition);
    const content = newestContent(definition, sha256);
    if (isTerminating(definition)) command.warn(`${titleOf(found)} is being deleted`);
    else if (content === undefined)
      command.warn(`${titleOf(found)} was changed while the webhook of mooring was not running`);
    if (command.output !== undefined) {
      terminal.out(structured(listOf(revisions), command.output));
      return 0;
    }
    const known = await historyIn(command.catalog, found);
    const { users, partial } = await usersOf(found, known, command);
    if (partial) command.warn(partialUsersWarning(found));
    const rows = revisions.flatMap(recordedRow);
    const stamp = readStamp(definition.metadata);
    const current = stamp?.revision;
    const unrecorded = content !== undefined && current !== undefined && !rows.some((row) => row.revision === current);
    const live = unrecorded ? [{ ...known.newest, content }] : [];
    terminal.out(historyTable([...live, ...rows], { current, users, now: terminal.now() }));
    return 0;
  });
}

/** A row of the table. */
export interface HistoryRow {
  revision: number;
  version?: string;
  retiring?: boolean;
  content: Content;
  /** When the revision was recorded; absent for the live object until it is recorded. */
  recorded?: string | undefined;
}

/** A revision that is being deleted has no row: no ref can pin it any more. */
function recordedRow(recorded: DefinitionRevision): HistoryRow[] {
  const known = knownRevision(recorded);
  if (known === undefined) return [];
  return [{ ...known, content: recordedContent(recorded), recorded: recorded.metadata.creationTimestamp }];
}

/** Revisions as a table; `rows` are newest first, `now` is in milliseconds since 1970. */
function historyTable(
  rows: readonly HistoryRow[],
  { current, users, now }: { current: number | undefined; users: readonly User[]; now: number },
): string {
  return table(
    ['REVISION', 'VERSION', 'AGE', 'USERS', 'CHANGE'],
    rows.map((row, index) => {
      const marks = [
        ...(row.revision === current ? ['current'] : []),
        ...(row.recorded === undefined ? ['not recorded yet'] : []),
        ...(row.retiring === true ? ['retiring'] : []),
      ];
      const title = marks.length === 0 ? String(row.revision) : `${row.revision} (${marks.join(', ')})`;
      const since = row.recorded === undefined ? undefined : age(row.recorded, now);
      return [title, row.version, since, String(usersAt(users, row.revision)), changeOf(row, rows[index + 1])];
    }),
  );
}

function changeOf(row: HistoryRow, before: HistoryRow | undefined): string {
  if (before === undefined) return row.revision === 1 ? 'created' : `v${row.revision - 1} is pruned`;
  const summary = changeSummary(before.content, row.content);
  return before.revision === row.revision - 1 ? summary : `since v${before.revision}: ${summary}`;
}
