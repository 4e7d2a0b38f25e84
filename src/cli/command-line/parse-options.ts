import { Command, type Option } from 'commander';
import { refuseMissingValues } from './option-values.ts';
import { usageErrorOf } from './usage-error-of.ts';

/** The values of options, without arguments. Throws UsageError. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as with Command.opts, the caller names the type of its options
export function parseOptions<T extends object>(args: readonly string[], options: readonly Option[]): T {
  const command = new Command()
    .exitOverride()
    .helpOption(false)
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .action(() => {});
  for (const option of options) command.addOption(option);
  try {
    refuseMissingValues(command, args);
    return command.parse(args, { from: 'user' }).opts<T>();
  } catch (error) {
    throw usageErrorOf(error, command);
  }
}
