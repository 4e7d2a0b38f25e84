import type { CommandModel, Completion } from './command-model.ts';

/** One branch of a `case` in a shell: strings of the form `COMMAND:WORD`, and their result. */
export interface ShellCase<T> {
  patterns: string[];
  result: T;
}

/** The words that lead from one command to another. */
export function commandCases(models: readonly CommandModel[]): ShellCase<string>[] {
  return models.flatMap(({ path, subcommands }) =>
    subcommands.map((name) => ({ patterns: [`${path}:${name}`], result: path === '' ? name : `${path} ${name}` })),
  );
}

/** The options that are followed by a value. */
export function valueCases(models: readonly CommandModel[]): ShellCase<Completion>[] {
  return models.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) =>
      value === undefined ? [] : [{ patterns: flags.map((flag) => `${path}:${flag}`), result: value }],
    ),
  );
}

/** The arguments of commands as `COMMAND:POSITION`; `COMMAND:*` for an argument that may be repeated. */
export function argumentCases(models: readonly CommandModel[]): ShellCase<Completion>[] {
  return models.flatMap(({ path, arguments: all, variadic }) =>
    all.map((result, index) => ({
      patterns: [`${path}:${variadic && index === all.length - 1 ? '*' : index}`],
      result,
    })),
  );
}

/** Whether there is something to complete. */
export function isCompleted({ result }: ShellCase<Completion>): boolean {
  return result.type !== 'none';
}

/** The branches of a `case` of bash or zsh, a line each. */
export function branches<T>(cases: readonly ShellCase<T>[], run: (result: T) => string): string {
  return cases.map((branch) => `      ${patternsOf([branch])}) ${run(branch.result)} ;;`).join('\n');
}

/** The patterns of branches, for bash and zsh. */
export function patternsOf(cases: readonly ShellCase<unknown>[]): string {
  return cases.flatMap(({ patterns }) => patterns.map(patternOf)).join(' | ');
}

function patternOf(pattern: string): string {
  return pattern.endsWith(':*') ? `${quote(pattern.slice(0, -1))}*` : quote(pattern);
}

/** A string in single quotes, for bash, zsh and fish. It must not contain a backslash. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
