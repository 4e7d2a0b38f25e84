import type { Argument, Command, Option } from 'commander';

/** The completion of one word of a command line: files, a list of words, or none. */
export type Completion = { type: 'files' } | { type: 'words'; words: Word[] } | { type: 'none' };

/** A word with its description, which may be empty. */
export interface Word {
  word: string;
  description: string;
}

/** An option, for completion. */
export interface OptionModel {
  /** `-n` and `--namespace`. */
  flags: string[];
  description: string;
  /** The completion of the value; `undefined` for an option without a value. */
  value: Completion | undefined;
}

/** A command, for completion. */
export interface CommandModel {
  /** The words that name the command, joined by spaces; empty for the program itself. */
  path: string;
  /** Names of subcommands. */
  subcommands: string[];
  options: OptionModel[];
  /** The completion of each argument. */
  arguments: Completion[];
  /** Whether the last argument may be repeated. */
  variadic: boolean;
}

/** The program and all of its commands, for completion. `kinds` are the words for an argument KIND. */
export function commandModels(program: Command, kinds: readonly string[]): CommandModel[] {
  const words: ArgumentWords = new Map([
    ['KIND', kinds],
    ['COMMAND', program.commands.map((command) => command.name())],
  ]);
  const visit = (command: Command, path: readonly string[]): CommandModel[] => {
    const subcommands = command.createHelp().visibleCommands(command);
    return [
      modelOf(command, path, words),
      ...subcommands.flatMap((subcommand) => visit(subcommand, [...path, subcommand.name()])),
    ];
  };
  return visit(program, []);
}

/** Words for arguments, by the name of the argument. */
type ArgumentWords = ReadonlyMap<string, readonly string[]>;

function modelOf(command: Command, path: readonly string[], words: ArgumentWords): CommandModel {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command).map((subcommand) => ({
    word: subcommand.name(),
    description: subcommand.summary() === '' ? subcommand.description() : subcommand.summary(),
  }));
  const given = command.registeredArguments.map((argument) => argumentCompletion(argument, words));
  return {
    path: path.join(' '),
    subcommands: subcommands.map(({ word }) => word),
    options: help.visibleOptions(command).map(optionModel),
    arguments: subcommands.length > 0 ? [{ type: 'words', words: subcommands }] : given,
    variadic: command.registeredArguments.at(-1)?.variadic === true,
  };
}

function argumentCompletion(argument: Argument, words: ArgumentWords): Completion {
  return completionOf(argument.name(), argument.argChoices ?? words.get(argument.name()) ?? []);
}

function optionModel(option: Option): OptionModel {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const placeholder = /<(.*)>/.exec(option.flags)?.[1];
  return {
    flags,
    description: option.description,
    value: placeholder === undefined ? undefined : completionOf(placeholder, option.argChoices ?? []),
  };
}

function completionOf(placeholder: string, words: readonly string[]): Completion {
  if (placeholder === 'FILE') return { type: 'files' };
  return words.length > 0 ? { type: 'words', words: words.map(plainWord) } : { type: 'none' };
}

function plainWord(word: string): Word {
  return { word, description: '' };
}
