import { Option, type Command } from 'commander';
import { installNamespace } from '../../api/names.ts';
import type { UninstallOptions } from '../uninstall.ts';
import type { CommandContext } from './command-context.ts';
import { clusterOptions } from './options.ts';

/** Adds `uninstall`, which removes the kinds of mooring and their objects from a hub. */
export function addUninstallCommand(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('uninstall')
    .usage('[options]')
    .summary('Remove the kinds of mooring from a hub')
    .description(
      'Remove the webhook configurations, admission policies, CustomResourceDefinitions and all objects of mooring from a hub. ' +
        'The workloads on the spokes stay: their Placements and ManifestWorkReplicaSets stay on the hub, and OCM continues to apply them. ' +
        'With --delete-workloads, all WorkloadDeployments are deleted first, which deletes the workloads. Without --yes, only show what would be removed.',
    )
    .option('--delete-workloads', 'delete the workloads on the spokes too')
    .option('--yes', 'remove it, instead of showing what would be removed')
    .option('--timeout <SECONDS>', 'how long to wait for each step', '300')
    .addOption(
      new Option('--mooring-namespace <NAME>', 'namespace in which mooring is installed').default(installNamespace),
    )
    .action(async (options: UninstallOptions) => {
      const { uninstall } = await import('../uninstall.ts');
      setExitCode(await uninstall(options, terminal));
    });
  for (const option of clusterOptions()) command.addOption(option);
  command.addHelpText(
    'after',
    `
Examples:
  kubectl scale deployment mooring-controller --replicas=0 -n mooring-system
  ${terminal.program} uninstall --yes

Exit codes: 0: done or shown, 1: refused or not finished in time, 2: invalid arguments.`,
  );
}
