import { Command } from 'commander';
import type { CommandContext, CommandTerminal } from './command-context.ts';
import { addBackupCommands } from './backup-commands.ts';
import { addCompletionCommand } from './completion-command.ts';
import { addLiveCommands } from './live-commands.ts';
import { addNamespaceCommands } from './namespace-commands.ts';
import { addOfflineCommands } from './offline-commands.ts';
import { addOrphanCommands } from './orphan-commands.ts';
import { addServeCommand, otherCommands } from './serve-command.ts';
import { addUninstallCommand } from './uninstall-command.ts';
import { version } from './version.ts';

/** Creates the tree of commands. A command loads its code when it runs, so that help and completion stay fast. */
export function createProgram(terminal: CommandTerminal, setExitCode: CommandContext['setExitCode']): Command {
  const program = new Command()
    .name(terminal.program)
    .usage('COMMAND [options]')
    .description('Versioned Environments for Open Cluster Management.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpCommand(helpCommand())
    .configureHelp({ subcommandTerm: (command) => command.name() })
    // In `mooring rollback … --version 1.0.0` the option belongs to the command, not to the program.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: () => {}, outputError: () => {} })
    .addHelpText('after', `\nUse "${terminal.program} COMMAND --help" for the options of a command.`);
  const context = { terminal, setExitCode };
  addLiveCommands(program, context);
  addOfflineCommands(program, context);
  addNamespaceCommands(program, context);
  addBackupCommands(program, context);
  addOrphanCommands(program, context);
  addUninstallCommand(program, context);
  addServeCommand(program, context);
  addCompletionCommand(program, context);
  return program;
}

/** The entry of `help` in the list of commands. `runCommand` reads `help COMMAND…` as `COMMAND… --help`. */
function helpCommand(): Command {
  return new Command('help')
    .usage('[COMMAND…]')
    .description('Show the help of a command')
    .argument('[COMMAND...]')
    .helpOption(false)
    .helpGroup(otherCommands);
}
