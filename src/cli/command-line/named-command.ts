import type { Command } from 'commander';

/** The command that the first words name, and the words that name it. */
export interface NamedCommand {
  command: Command;
  path: string[];
  /** The first word that names no subcommand although one is expected. */
  unknown?: string;
}

/** Follows words down the tree of commands. */
export function findCommand(program: Command, words: readonly string[]): NamedCommand {
  const path: string[] = [];
  let command = program;
  for (const word of words) {
    if (word.startsWith('-') || command.commands.length === 0) break;
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) return { command, path, unknown: word };
    command = next;
    path.push(word);
  }
  return { command, path };
}
