import { Option, type Command } from 'commander';
import type { ImportOptions } from '../import.ts';
import type { LiveOptions } from '../live/live-command.ts';
import type { CommandContext } from './command-context.ts';
import { clusterOptions, systemNamespaceOption } from './options.ts';

/** Adds the commands that back up a hub and restore it, to the group of commands that was added last. */
export function addBackupCommands(program: Command, context: CommandContext): void {
  addExport(program, context);
  addImport(program, context);
}

function addExport(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('export')
    .usage('[FILE] [options]')
    .summary('Write all objects and their histories')
    .description(
      'Write Environments, WorkloadProfiles, PolicyDefinitions and WorkloadDeployments with all DefinitionRevisions, so that mooring ' +
        'import can restore them on this hub or on another one. Objects that are being deleted are left out.',
    )
    .argument('[FILE]', 'file to write (default: standard output)')
    .addOption(new Option('-n, --namespace <NAME>', 'only this namespace (default: all namespaces)'))
    .addOption(new Option('-o, --output <FORMAT>', 'format').choices(['yaml', 'json']))
    .addOption(systemNamespaceOption().hideHelp())
    .action(async (_file, options: LiveOptions) => {
      const { exportObjects } = await import('../export.ts');
      setExitCode(await exportObjects(command.args, options, terminal));
    });
  for (const option of clusterOptions()) command.addOption(option);
  command.addHelpText(
    'after',
    `
Example:
  ${terminal.program} export backup.yaml

Exit codes: 0: done, 1: refused or not written, 2: invalid arguments.`,
  );
}

function addImport(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('import')
    .usage('FILE… [options]')
    .summary('Restore objects and their histories')
    .description(
      'Restore what mooring export has written: revisions first, then the objects with their revision numbers. Objects that exist ' +
        'are not changed, so the command can be repeated. To restore revisions, a user needs the verb restore on definitionrevisions.',
    )
    .argument('[FILE...]', 'file that mooring export has written, or - for standard input')
    .addOption(new Option('-n, --namespace <NAME>', 'only this namespace (default: all namespaces in the files)'))
    .option('--dry-run', 'let the API server and admission check everything, and change nothing')
    .addOption(systemNamespaceOption().hideHelp())
    .action(async (_files, options: ImportOptions) => {
      const { importObjects } = await import('../import.ts');
      setExitCode(await importObjects(command.args, options, terminal));
    });
  for (const option of clusterOptions()) command.addOption(option);
  command.addHelpText(
    'after',
    `
Examples:
  ${terminal.program} import backup.yaml --dry-run
  ${terminal.program} import backup.yaml

Exit codes: 0: everything is restored, 1: something is skipped or refused, 2: invalid arguments.`,
  );
}
