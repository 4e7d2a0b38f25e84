import type { Command } from 'commander';

/** The command at the beginning of a command line, and its words. */
export interface NamedCommand {
  command: Command;
  path: string[];
  /** The first word that is not a subcommand although a subcommand is expected. */
  unknown?: string;
}

/** Finds the command by following the words through the tree of commands. */
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
