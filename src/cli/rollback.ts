import { group } from '../api/kinds.ts';
import { versionPattern } from '../api/schema.ts';
import { UsageError } from '../usage-error.ts';
import { contentOf, readStamp } from '../domain/revisions/revision.ts';
import { planRollback, type RollbackPlan } from '../domain/revisions/rollback.ts';
import { revisionedResources } from '../catalog/stores/live.ts';
import { isConflict } from '../kube/client/errors.ts';
import { changeSummary } from './output/change-summary.ts';
import { CommandFailed } from './live/command-failed.ts';
import { cliFieldManager } from './live/connection.ts';
import { contentDiff } from './output/content-diff.ts';
import {
  contentIn,
  findObject,
  historyIn,
  revisionIn,
  revisionTitle,
  titleOf,
  type FoundObject,
} from './live/found-object.ts';
import { runLive, type LiveCommand, type LiveOptions, type LiveTerminal } from './live/live-command.ts';
import { refuseMore, readObject } from './live/object-argument.ts';
import { sha256 } from './sha256.ts';
import { structured, withoutManagedFields } from './output/structured-output.ts';
import type { Definition } from '../domain/revisions/definition.ts';

/** Options of `mooring rollback`. */
export interface RollbackOptions extends LiveOptions {
  version?: string;
  dryRun?: boolean;
}

/** `mooring rollback`: restores the content of an old revision. The help documents the exit code. */
export function rollback(args: readonly string[], options: RollbackOptions, terminal: LiveTerminal): Promise<number> {
  return runLive({ name: 'rollback', failure: 1 }, options, terminal, async (command) => {
    const { kind, ref, rest } = readObject(args);
    refuseMore(rest);
    if (ref.selector.kind === 'newest') throw new UsageError(`the revision is required: use ${kind} ${ref.name}@v…`);
    const version = readVersion(options.version);
    const found = await findObject(command, kind, ref.name);
    const history = await historyIn(command.catalog, found);
    const target = revisionIn(command, found, ref.selector, history);
    const content = await contentIn(command.client, found, target.revision, sha256);
    const plan = planRollback(found.definition, content, { version, history });
    if (plan.state === 'refused') throw new CommandFailed(refusalOf(plan.reason, found, revisionTitle(target)));
    const { object } = plan;
    const changed = changeSummary(contentOf(found.definition), contentOf(object));
    const as = plan.version === undefined ? '' : `, published as ${plan.version}`;
    const isDryRun = options.dryRun === true;
    const from = revisionTitle(history.newest);
    // With -o, standard output contains only the object.
    const print = (text: string) => (command.output === undefined ? terminal.out(text) : terminal.error(text));
    print(
      `${titleOf(found)}: rolling back from ${from} to the content of ${revisionTitle(target)}${as}; changes ${changed}\n`,
    );
    const written = await write(command, found, object, isDryRun);
    report(command, found, written, isDryRun);
    return 0;
  });
}

function readVersion(version: string | undefined): string | undefined {
  if (version === undefined || (version.length <= 63 && new RegExp(versionPattern).test(version))) return version;
  throw new UsageError(`--version ${version}: use a version such as 1.3.6`);
}

function refusalOf(
  reason: Extract<RollbackPlan, { state: 'refused' }>['reason'],
  found: FoundObject,
  target: string,
): string {
  switch (reason) {
    case 'BeingDeleted':
      return `${titleOf(found)} is being deleted`;
    case 'SameContent':
      return `${titleOf(found)} already has the content of ${target}`;
  }
}

async function write(
  { client, warn }: LiveCommand,
  found: FoundObject,
  object: Definition,
  dryRun: boolean,
): Promise<Definition> {
  try {
    const options = { dryRun, fieldManager: cliFieldManager, onWarning: warn };
    return await client.replace(revisionedResources[found.kind], object, options);
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    throw new CommandFailed(`${titleOf(found)} was edited in the meantime: check its history and try again`, {
      cause,
    });
  }
}

function report({ output, terminal }: LiveCommand, found: FoundObject, written: Definition, isDryRun: boolean): void {
  if (output !== undefined) {
    terminal.out(structured(withoutManagedFields(written), output));
    return;
  }
  const { definition, kind, name } = found;
  const revision = readStamp(written.metadata)?.revision;
  if (isDryRun) {
    const before = { title: `${titleOf(found)} (live)`, content: contentOf(definition) };
    const after = { title: `${titleOf(found)} (after)`, content: contentOf(written) };
    terminal.out(contentDiff(before, after, terminal));
  }
  const made = revision === undefined ? '' : `: revision ${revision}`;
  terminal.out(`${kind.toLowerCase()}.${group}/${name} rolled back${made}${isDryRun ? ' (server dry run)' : ''}\n`);
}
