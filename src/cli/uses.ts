import { formatRef } from '../domain/refs/version-ref.ts';
import { findObject, historyIn, revisionIn, titleOf, type FoundObject } from './live/found-object.ts';
import { runLive, type LiveOptions, type LiveTerminal } from './live/live-command.ts';
import { refuseMore, readObject } from './live/object-argument.ts';
import { structured } from './output/structured-output.ts';
import { table } from './output/table.ts';
import { partialUsersWarning, usersOf, type User } from './users.ts';

/** `mooring uses`: shows which objects refer to an object. The help documents the exit code. */
export function uses(args: readonly string[], options: LiveOptions, terminal: LiveTerminal): Promise<number> {
  return runLive({ name: 'uses', failure: 1 }, options, terminal, async (command) => {
    const { kind, ref, rest } = readObject(args);
    refuseMore(rest);
    const found = await findObject(command, kind, ref.name);
    const history = await historyIn(command.catalog, found);
    const { users, partial } = await usersOf(found, history, command);
    const wanted =
      ref.selector.kind === 'newest' ? undefined : revisionIn(command, found, ref.selector, history).revision;
    const shown = users.filter(({ resolution }) => wanted === undefined || revisionOf(resolution) === wanted);
    if (partial) command.warn(partialUsersWarning(found));
    if (kind === 'PolicyDefinition' && found.namespace !== command.catalog.systemNamespace) {
      command.warn(
        `topologies are looked up in namespace ${command.catalog.systemNamespace} only, so no Environment can use this one`,
      );
    }
    if (command.output !== undefined) {
      terminal.out(structured(usesDocument(found, wanted, shown), command.output));
    } else if (shown.length === 0) {
      terminal.error(`no object refers to ${titleOf({ ...found, name: formatRef(ref) })}\n`);
    } else {
      terminal.out(usesTable(shown));
    }
    return 0;
  });
}

/** Users as a table. */
function usesTable(users: readonly User[]): string {
  return table(
    ['NAMESPACE', 'KIND', 'NAME', 'REF', 'REVISION', 'VERSION', 'MODE'],
    users.map(({ namespace, kind, name, atRevision, ref, resolution, deleting }) => {
      const resolved = resolution.state === 'resolved' ? resolution : undefined;
      const mode = modeOf(resolution) + (deleting ? ', being deleted' : '');
      const at = atRevision === undefined ? name : `${name}@v${atRevision}`;
      return [namespace, kind, at, ref, resolved?.revision.toString(), resolved?.version, mode];
    }),
  );
}

/** Users as data: `mode` is `pinned`, `floating` or `unresolved`. */
function usesDocument(found: FoundObject, revision: number | undefined, users: readonly User[]): object {
  const { kind, namespace, name } = found;
  return {
    kind,
    namespace,
    name,
    ...(revision === undefined ? {} : { revision }),
    users: users.map(({ resolution, deleting, ...user }) => ({
      ...user,
      ...(resolution.state === 'resolved'
        ? {
            mode: resolution.floating ? 'floating' : 'pinned',
            revision: resolution.revision,
            ...(resolution.version === undefined ? {} : { version: resolution.version }),
          }
        : { mode: 'unresolved', problem: resolution.problem }),
      ...(deleting ? { deleting } : {}),
    })),
  };
}

function modeOf(resolution: User['resolution']): string {
  if (resolution.state !== 'resolved') return `unresolved: ${resolution.problem}`;
  return resolution.floating ? 'floating' : 'pinned';
}

function revisionOf(resolution: User['resolution']): number | undefined {
  return resolution.state === 'resolved' ? resolution.revision : undefined;
}
