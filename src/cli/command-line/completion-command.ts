import { Argument, type Command } from 'commander';
import type { CommandContext } from './command-context.ts';

/** Adds the command that prints completion scripts. */
export function addCompletionCommand(program: Command, { terminal }: CommandContext): void {
  program
    .command('completion')
    .usage('SHELL')
    .summary('Print a completion script for a shell')
    .description(
      `Print a completion script. To load it:
  bash:  source <(mooring completion bash)
  zsh:   mooring completion zsh > "\${fpath[1]}/_mooring"
  fish:  mooring completion fish > ~/.config/fish/completions/mooring.fish`,
    )
    .addArgument(new Argument('<SHELL>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScript } = await import('../completion.ts');
      terminal.out(completionScript(shell, program));
    });
}
