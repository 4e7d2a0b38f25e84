import type { Command } from 'commander';
import { revisionedKindNames } from '../api/definition-revision.ts';
import { bashScript } from './completion/bash.ts';
import { commandModels } from './completion/command-model.ts';
import { fishScript } from './completion/fish.ts';
import { zshScript } from './completion/zsh.ts';
import { namesOfKind } from './live/kind-argument.ts';

const writers = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** A shell that has a completion script. */
export type Shell = keyof typeof writers;

/** The completion script of a shell. It contains the whole tree of commands, so that completion does not start Node. */
export function completionScript(shell: Shell, program: Command): string {
  return writers[shell](commandModels(program, revisionedKindNames.flatMap(namesOfKind)));
}
