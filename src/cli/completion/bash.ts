import type { CommandModel, Completion } from './command-model.ts';
import { argumentCases, branches, commandCases, isCompleted, patternsOf, quote, valueCases } from './shell-cases.ts';

/** The completion script for bash. It needs no bash-completion and runs in bash 3.2. */
export function bashScript(models: readonly CommandModel[]): string {
  return `# bash completion for mooring
_mooring() {
  local IFS=$' \\t\\n' current="\${COMP_WORDS[COMP_CWORD]}" previous="" command="" position=0 skip="" index word
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    # bash splits --option=value into three words.
    if [[ $word == "=" ]]; then continue; fi
    previous="$word"
    if [[ -n $skip ]]; then skip=""; continue; fi
    case "$command:$word" in
${branches(commandCases(models), (path) => `command=${quote(path)}`)}
      ${patternsOf(valueCases(models))}) skip=1 ;;
      *:-?*) ;;
      *) position=$((position + 1)) ;;
    esac
  done
  if [[ $current == "=" ]]; then current=""; fi
  if [[ -n $skip ]]; then
    case "$command:$previous" in
${branches(valueCases(models).filter(isCompleted), reply)}
    esac
    return
  fi
  if [[ $current == -* ]]; then
    case "$command" in
${models.map(optionBranch).join('\n')}
    esac
    return
  fi
  case "$command:$position" in
${branches(argumentCases(models).filter(isCompleted), reply)}
  esac
}
complete -F _mooring mooring
`;
}

function optionBranch({ path, options }: CommandModel): string {
  const flags = options.flatMap((option) => option.flags);
  return `      ${quote(path)}) COMPREPLY=($(compgen -W ${quote(flags.join(' '))} -- "$current")) ;;`;
}

function reply(completion: Completion): string {
  switch (completion.type) {
    case 'files':
      // bash 3.2 has no compopt, and in other versions it works only during a completion.
      return `compopt -o filenames 2>/dev/null; IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current"))`;
    case 'words': {
      const words = completion.words.map(({ word }) => word).join(' ');
      return `COMPREPLY=($(compgen -W ${quote(words)} -- "$current"))`;
    }
    case 'none':
      return ':';
  }
}
