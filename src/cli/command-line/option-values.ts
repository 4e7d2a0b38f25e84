import type { Command } from 'commander';

/**
 * Refuses an option without its value if the next word is an option: commander would take that word as the value, and
 * `--context --dry-run` would write. The error is one of commander.
 */
export function refuseMissingValues(command: Command, words: readonly string[]): void {
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  for (const [index, word] of options.entries()) {
    const option = command.options.find(({ short, long }) => word === short || word === long);
    const next = words[index + 1];
    // `-` alone means standard input.
    if (option?.required !== true || next === undefined || next === '-' || !next.startsWith('-')) continue;
    command.error(
      `error: option '${option.flags}' argument missing: the next word is ${next}; if that is the value, write ${option.long ?? word}=${next}`,
    );
  }
}
