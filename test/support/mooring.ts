import { join } from 'node:path';
import { run, type Ran } from './hub.ts';

/** Runs the command line as a user would, with `input` on its standard input. */
export function mooring(args: readonly string[], input = ''): Promise<Ran> {
  return run(process.execPath, [join(import.meta.dirname, '..', '..', 'src', 'main.ts'), ...args], input);
}
