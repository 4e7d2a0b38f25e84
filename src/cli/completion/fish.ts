import type { CommandModel, Completion, OptionModel } from './command-model.ts';
import { commandCases, quote, valueCases } from './shell-cases.ts';

/** The completion script for fish. */
export function fishScript(models: readonly CommandModel[]): string {
  const withValue = valueCases(models).flatMap(({ patterns }) => patterns.map(quote));
  return `# fish completion for mooring
# Prints the command and the position of the argument before the cursor.
function __mooring_state
    set -l command ''
    set -l position 0
    set -l skip ''
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip ''
            continue
        end
        switch "$command:$word"
${commandCases(models)
  .map(
    ({ patterns, result }) =>
      `            case ${patterns.map(quote).join(' ')}\n                set command ${quote(result)}`,
  )
  .join('\n')}
            case ${withValue.join(' ')}
                set skip 1
            case '*:-'
                set position (math $position + 1)
            case '*:-*'
            case '*'
                set position (math $position + 1)
        end
    end
    echo "$command:$position"
end
function __mooring_at
    string match -q -- $argv[1] (__mooring_state)
end
complete -c mooring -f
${models.flatMap((model) => [...argumentLines(model), ...model.options.map((option) => optionLine(model.path, option))]).join('\n')}
`;
}

function argumentLines({ path, arguments: all, variadic }: CommandModel): string[] {
  return all.flatMap((completion, index) => {
    const position = variadic && index === all.length - 1 ? '*' : String(index);
    const start = `complete -c mooring -n ${quote(`__mooring_at "${path}:${position}"`)}`;
    if (completion.type === 'files') return [`${start} -F`];
    if (completion.type === 'none') return [];
    return completion.words.map(
      ({ word, description }) => `${start} -a ${quote(word)}${description === '' ? '' : ` -d ${quote(description)}`}`,
    );
  });
}

function optionLine(path: string, { flags, description, value }: OptionModel): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const condition = quote(`__mooring_at "${path}:*"`);
  return `complete -c mooring -n ${condition} ${names.join(' ')}${valueFlags(value)} -d ${quote(description)}`;
}

function valueFlags(value: Completion | undefined): string {
  switch (value?.type) {
    case undefined:
      return '';
    case 'files':
      return ' -r -F';
    case 'words':
      return ` -x -a ${quote(value.words.map(({ word }) => word).join(' '))}`;
    case 'none':
      return ' -x';
  }
}
