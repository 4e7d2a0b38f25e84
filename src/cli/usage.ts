import { checkUsage } from './check.ts';
import { diffUsage } from './diff.ts';
import { historyUsage } from './history.ts';
import { calledAs } from './live/live-command.ts';
import { renderUsage } from './render.ts';
import { rollbackUsage } from './rollback.ts';
import { serveUsage } from './serve.ts';
import { usesUsage } from './uses.ts';

/** The usage of all commands, under the name by which the program was called. */
export function usage(program: string): string {
  const all = [historyUsage, diffUsage, usesUsage, rollbackUsage, checkUsage, renderUsage, serveUsage];
  return calledAs(program, all.join('\n\n'));
}
