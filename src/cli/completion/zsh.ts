import type { CommandModel, Completion, Word } from './command-model.ts';
import { argumentCases, branches, commandCases, isCompleted, patternsOf, quote, valueCases } from './shell-cases.ts';

/** The completion script for zsh. It works as the file `_mooring` on fpath, or sourced after compinit. */
export function zshScript(models: readonly CommandModel[]): string {
  return `#compdef mooring
# zsh completion for mooring
_mooring() {
  local command="" position=0 skip="" word index
  local -a choices
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    if [[ -n $skip ]]; then skip=""; continue; fi
    case "$command:$word" in
${branches(commandCases(models), (path) => `command=${quote(path)}`)}
      ${patternsOf(valueCases(models))}) skip="$word" ;;
      *:-?*) ;;
      *) position=$((position + 1)) ;;
    esac
  done
  word="\${words[CURRENT]}"
  if [[ -z $skip && $word == --*=* ]]; then
    skip="\${word%%=*}"
    compset -P '*='
  fi
  if [[ -n $skip ]]; then
    case "$command:$skip" in
${branches(valueCases(models).filter(isCompleted), reply)}
    esac
    return
  fi
  if [[ $word == -* ]]; then
    case "$command" in
${models.map(optionBranch).join('\n')}
    esac
    return
  fi
  case "$command:$position" in
${branches(argumentCases(models).filter(isCompleted), reply)}
  esac
}
if [[ \${funcstack[1]} == _mooring ]]; then _mooring "$@"; else compdef _mooring mooring; fi
`;
}

function optionBranch({ path, options }: CommandModel): string {
  const words = options.flatMap(({ flags, description }) => flags.map((word) => ({ word, description })));
  return `      ${quote(path)}) ${describe('option', words)} ;;`;
}

function reply(completion: Completion): string {
  switch (completion.type) {
    case 'files':
      return '_files';
    case 'words':
      return describe('value', completion.words);
    case 'none':
      return ':';
  }
}

/** `_describe` takes `word:description`. */
function describe(title: string, words: readonly Word[]): string {
  const items = words.map(({ word, description }) =>
    quote(`${word.replaceAll(':', '\\:')}${description === '' ? '' : `:${description}`}`),
  );
  return `choices=(${items.join(' ')}); _describe ${title} choices`;
}
