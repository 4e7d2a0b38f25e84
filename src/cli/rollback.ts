import { group } from '../api/kinds.ts';
import { versionPattern } from '../api/schema.ts';
import { UsageError } from '../usage-error.ts';
import { contentOf, readStamp } from '../domain/revisions/revision.ts';
import { withoutOwnership } from '../domain/revisions/rollback/field-ownership.ts';
import { nextApplyNotes } from '../domain/revisions/rollback/next-apply.ts';
import { manifestOf, planRollback, type RollbackPlan } from '../domain/revisions/rollback/rollback.ts';
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
  /** Whether to print the manifest to commit, and to change nothing on the cluster. */
  toFile?: boolean;
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
    if (options.toFile === true) {
      printManifest(command, found, plan, revisionTitle(target));
      return 0;
    }
    if (plan.state === 'refused') {
      const hasContent = plan.reason === 'SameContent';
      if (hasContent && options.dryRun !== true && (await returnFields(command, found, found.definition))) {
        terminal.out(`${titleOf(found)} already has the content of ${revisionTitle(target)}; ${returned}\n`);
        return 0;
      }
      throw new CommandFailed(refusalOf(plan.reason, found, revisionTitle(target)));
    }
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
    if (!isDryRun) await returnFields(command, found, written);
    report(command, found, written, isDryRun);
    if (!isDryRun) terminal.error(nextApply(found, target.revision, terminal.program));
    return 0;
  });
}

const returned = 'its fields belong to those who apply it again';

/** How often the managed fields are written again after a conflict. The controller writes the status at the same time. */
const maxConflicts = 10;

/**
 * Gives the fields that the rollback has set to those who apply the object, and returns whether it changed anything. The content does not
 * change. If this fails, another run of the command does it.
 */
async function returnFields({ client }: LiveCommand, found: FoundObject, written: Definition): Promise<boolean> {
  const resource = revisionedResources[found.kind];
  const before = found.definition.metadata;
  let current = written;
  for (let conflicts = 0; ; conflicts += 1) {
    const managedFields = withoutOwnership(cliFieldManager, before, current.metadata);
    if (managedFields === undefined) return false;
    try {
      const metadata = { ...current.metadata, managedFields };
      await client.replace(resource, { ...current, metadata }, { fieldManager: cliFieldManager });
      return true;
    } catch (cause) {
      if (!isConflict(cause) || conflicts === maxConflicts) {
        const message = `${titleOf(found)} has the restored content, but the next apply may not remove all of it; run the command again`;
        throw new CommandFailed(`${message}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
      current = await client.get<Definition>(resource, found);
    }
  }
}

function printManifest(
  { output = 'yaml', terminal }: LiveCommand,
  found: FoundObject,
  plan: RollbackPlan,
  target: string,
) {
  if (plan.state === 'refused' && plan.reason === 'BeingDeleted') {
    throw new CommandFailed(refusalOf(plan.reason, found, target));
  }
  terminal.out(structured(manifestOf(plan.state === 'planned' ? plan.object : found.definition), output));
}

/** Which tools will apply other content again, and how to keep the restored content. */
function nextApply({ definition, kind, name, namespace }: FoundObject, revision: number, program: string): string {
  const notes = nextApplyNotes(definition.metadata);
  if (notes.length === 0) return '';
  const command = `${program} rollback ${kind.toLowerCase()} ${name}@v${revision} -n ${namespace} --to-file`;
  return `${notes.join('.\n')}.\nTo keep the restored content, commit what "${command}" prints.\n`;
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
