import { Option, type Command } from 'commander';
import type { LiveOptions } from '../live/live-command.ts';
import type { RollbackOptions } from '../rollback.ts';
import { clusterOptions, systemNamespaceOption } from './options.ts';
import type { CommandContext } from './command-context.ts';

const kinds = 'Environment, WorkloadProfile or PolicyDefinition, or a plural or short name';

/** Adds the commands that read or write a live cluster. */
export function addLiveCommands(program: Command, context: CommandContext): void {
  program.commandsGroup('Commands on a cluster:');
  addHistory(program, context);
  addDiff(program, context);
  addUses(program, context);
  addRollback(program, context);
}

function addHistory(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('history')
    .usage('KIND NAME [options]')
    .summary('Show the revisions of an object')
    .description(
      'Show the revisions of an Environment, WorkloadProfile or PolicyDefinition, newest first: how many refs resolve to each ' +
        'revision now, and what changed since the revision before it. With -o, print the DefinitionRevisions.',
    )
    .argument('[KIND]', kinds)
    .argument('[NAME]', 'name of the object')
    .action(async (_kind, _name, options: LiveOptions) => {
      const { history } = await import('../history.ts');
      setExitCode(await history(command.args, options, terminal));
    });
  addLiveOptions(command);
  command.addHelpText(
    'after',
    afterHelp([`${terminal.program} history env primary`], '0: done, 1: not found or refused, 2: invalid arguments'),
  );
}

function addDiff(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('diff')
    .usage('KIND NAME[@vA] [@vB] [options]')
    .summary('Compare two revisions of an object')
    .description(
      'Show how labels, annotations and spec differ between two revisions A and B. With one revision, compare it with the newest; ' +
        'without a revision, compare the two newest. Colours are used on a terminal unless NO_COLOR is set.',
    )
    .argument('[KIND]', kinds)
    .argument('[NAME]', 'name of the object, with or without a revision: primary, primary@v1, primary@v1.3.6')
    .argument('[REVISION...]', 'further revisions: @v3, @v1.3 or @v1.3.6')
    .addOption(exactRevisionOption())
    .action(async (_kind, _name, _revisions, options: LiveOptions) => {
      const { diff } = await import('../diff.ts');
      setExitCode(await diff(command.args, options, terminal));
    });
  addLiveOptions(command);
  const examples = ['env primary@v1 @v3', 'env primary @v1.2.0 @v1.3.0', 'env primary@v2'];
  command.addHelpText(
    'after',
    afterHelp(
      examples.map((example) => `${terminal.program} diff ${example}`),
      '0: no difference, 1: differences, 2: not found, refused or invalid arguments',
    ),
  );
}

function addUses(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('uses')
    .usage('KIND NAME[@v…] [options]')
    .summary('Show which objects refer to an object')
    .description(
      'Show which objects refer to an Environment, WorkloadProfile or PolicyDefinition, to which revision each ref resolves now, ' +
        'and whether the ref is pinned to it or floating, which means that it moves to new revisions. With @v…, show only refs that resolve to that revision.',
    )
    .argument('[KIND]', kinds)
    .argument('[NAME]', 'name of the object, with or without a revision: primary, primary@v1, primary@v1.3.6')
    .addOption(exactRevisionOption())
    .action(async (_kind, _name, options: LiveOptions) => {
      const { uses } = await import('../uses.ts');
      setExitCode(await uses(command.args, options, terminal));
    });
  addLiveOptions(command);
  command.addHelpText(
    'after',
    afterHelp([`${terminal.program} uses env primary@v1`], '0: done, 1: not found or refused, 2: invalid arguments'),
  );
}

function addRollback(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('rollback')
    .usage('KIND NAME@v… [options]')
    .summary('Restore the content of an old revision')
    .description(
      'Edit an object so that it has the labels, annotations and spec of an old revision. The edit creates a new revision; no ' +
        'revision is lost. Refs to the newest revision resolve to the new one. If a tool applies another file later, the object ' +
        'gets exactly the content of that file: to keep the old content, commit what --to-file prints.',
    )
    .argument('[KIND]', kinds)
    .argument('[NAME]', 'name of the object with the revision to go back to: primary@v1, primary@v1.3.6')
    .option(
      '--version <X.Y.Z>',
      'publish the edit under this version (default: the next free patch version, if the object has a version)',
    )
    .option('--dry-run', 'let the API server and admission check the edit, show the difference, and change nothing')
    .option('--to-file', 'print the manifest with the old content, to commit it, and change nothing on the cluster')
    .addOption(exactRevisionOption())
    .action(async (_kind, _name, options: RollbackOptions) => {
      const { rollback } = await import('../rollback.ts');
      setExitCode(await rollback(command.args, options, terminal));
    });
  addLiveOptions(command);
  command.addHelpText(
    'after',
    afterHelp(
      [
        `${terminal.program} rollback env primary@v1 --dry-run`,
        `${terminal.program} rollback env primary@v1 --to-file > primary.yaml`,
      ],
      '0: done, 1: not found, refused or edited in the meantime, 2: invalid arguments',
    ),
  );
}

function exactRevisionOption(): Option {
  return new Option('--exact-revision', 'read @v1 as revision 1, even if versions 1.x.y are published');
}

function addLiveOptions(command: Command): void {
  const options = [
    new Option(
      '-n, --namespace <NAME>',
      "namespace of the object (default: the namespace of the kubeconfig's context)",
    ),
    new Option('-o, --output <FORMAT>', 'print data instead of text').choices(['yaml', 'json']),
    systemNamespaceOption(),
    ...clusterOptions(),
  ];
  for (const option of options) command.addOption(option);
}

function afterHelp(examples: readonly string[], exitCodes: string): string {
  const lines = examples.map((example) => `  ${example}`);
  return `\nExamples:\n${lines.join('\n')}\n\nExit codes: ${exitCodes}.`;
}
