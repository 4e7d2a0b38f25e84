import { join } from 'node:path';
import { run, type CommandResult } from './hub.ts';

/** Runs the command line of mooring with `input` on its standard input. */
export function runMooring(args: readonly string[], input = ''): Promise<CommandResult> {
  return run(process.execPath, [join(import.meta.dirname, '..', '..', 'src', 'main.ts'), ...args], input);
}
