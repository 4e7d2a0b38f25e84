import type { DefinitionRevision } from '../api/definition-revision.ts';
import { readStamp, type Content } from '../domain/revisions/revision.ts';
import { newestContent, recordedContent, recordedRevisions } from '../catalog/recorded-content.ts';
import { knownRevision } from '../catalog/revision-records.ts';
import { UsageError } from '../config.ts';
import { age } from './output/age.ts';
import { changeSummary } from './output/change-summary.ts';
import { findObject, historyIn, titleOf } from './live/found-object.ts';
import { liveFlagsUsage, runLive, type LiveTerminal } from './live/live-command.ts';
import { nothingMore, readObject } from './live/object-argument.ts';
import { sha256 } from './sha256.ts';
import { listOf, structured } from './output/structured-output.ts';
import { table } from './output/table.ts';
import { usersAt, usersOf, type User } from './users.ts';

export const historyUsage = `Usage: mooring history KIND NAME [-n NAMESPACE] [-o yaml|json]

Shows the revisions of an Environment, WorkloadProfile or PolicyDefinition, newest first: how many refs mean each of
them now, and what changed against the one before. KIND may be a short name: mooring history env primary.
With -o, prints the DefinitionRevisions.

${liveFlagsUsage}

Exit code 0: done, 1: not found or refused, 2: unusable arguments.`;

/** `mooring history`: exit code 0, 1 or 2 as its usage says. */
export function history(args: string[], terminal: LiveTerminal): Promise<number> {
  return runLive({ name: 'history', usage: historyUsage, failure: 1 }, args, terminal, async (command) => {
    const { kind, ref, rest } = readObject(command.positionals);
    nothingMore(rest);
    if (ref.selector.kind !== 'newest') throw new UsageError(`history shows all revisions; use ${kind} ${ref.name}`);
    const found = await findObject(command, kind, ref.name);
    const { definition } = found;
    const revisions = await recordedRevisions(command.client, kind, definition);
    const content = newestContent(definition, sha256);
    if (content === undefined) command.warn(`${titleOf(found)} was changed while mooring's webhook was away`);
    if (command.output !== undefined) {
      terminal.out(structured(listOf(revisions), command.output));
      return 0;
    }
    const known = await historyIn(command.catalog, found);
    const { users, partial } = await usersOf(found, known, command);
    if (partial) command.warn(`only users in namespace ${found.namespace} may be read, and are counted`);
    const rows = revisions.flatMap(recordedRow);
    const stamp = readStamp(definition.metadata);
    const current = stamp?.revision;
    const unrecorded = content !== undefined && current !== undefined && !rows.some((row) => row.revision === current);
    const live = unrecorded ? [{ ...known.newest, content }] : [];
    terminal.out(historyTable([...live, ...rows], { current, users, now: terminal.now() }));
    return 0;
  });
}

/** One revision as the table shows it. */
export interface HistoryRow {
  revision: number;
  version?: string;
  retiring?: boolean;
  content: Content;
  /** When it was recorded; absent for the live object as long as it is not. */
  recorded?: string | undefined;
}

/** One that is being deleted can be neither pinned nor read for long, so it is history no more. */
function recordedRow(recorded: DefinitionRevision): HistoryRow[] {
  const known = knownRevision(recorded);
  if (known === undefined) return [];
  return [{ ...known, content: recordedContent(recorded), recorded: recorded.metadata.creationTimestamp }];
}

/** Revisions as a table for people; `rows` are newest first, `now` in ms since 1970. */
export function historyTable(
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
