import { Option, type Command } from 'commander';
import type { AdoptOptions } from '../adopt.ts';
import type { RemoveOrphansOptions } from '../remove-orphans.ts';
import type { CommandContext } from './command-context.ts';
import { clusterOptions, topologyKindOption } from './options.ts';

/** Adds the commands about objects on the hub that do not belong to an object of this installation. */
export function addOrphanCommands(program: Command, context: CommandContext): void {
  addAdopt(program, context);
  addRemoveOrphans(program, context);
}

function addAdopt(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('adopt')
    .usage('NAME… | --all [options]')
    .summary('Give objects on the hub to their deployments')
    .description(
      'Mark Placements and ManifestWorkReplicaSets that another installation of mooring has applied, or that do not prove who has applied ' +
        'them, as objects of the WorkloadDeployment that they name, if it exists. The deployment takes them over: it updates what it ' +
        'renders and deletes the rest, under the rules of any other change. To mark them, a user needs the verbs patch and restore on ' +
        'placements and manifestworkreplicasets. With --topology-kind, objects of other kinds are marked too.',
    )
    .argument('[NAME...]', 'WorkloadDeployment')
    .option('--dry-run', 'let the API server and admission check everything, and change nothing')
    .action(async (names: string[], options: AdoptOptions) => {
      const { adopt } = await import('../adopt.ts');
      setExitCode(await adopt(names, options, terminal));
    });
  addOwnerOptions(command);
  command.addHelpText(
    'after',
    `
Examples:
  ${terminal.program} adopt --all --dry-run
  ${terminal.program} adopt web -n team

Exit codes: 0: done, 1: something is skipped or refused, 2: invalid arguments.`,
  );
}

function addRemoveOrphans(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('remove-orphans')
    .usage('NAME… | --all [options]')
    .summary('Delete objects on the hub without an owner')
    .description(
      'Delete Placements and ManifestWorkReplicaSets whose WorkloadDeployment does not exist, also those that another installation of ' +
        'mooring has applied, or that do not prove who has applied them. This deletes their workloads on the spokes. Without --yes, only show ' +
        'what would be deleted there and what stays. What another deployment needs is not deleted. With --topology-kind, objects of ' +
        'other kinds are deleted too.',
    )
    .argument('[NAME...]', 'WorkloadDeployment that does not exist any more')
    .option('--yes', 'delete the objects, instead of showing them')
    .option('--timeout <SECONDS>', 'how long to wait until the work agents have removed the workloads', '300')
    .action(async (names: string[], options: RemoveOrphansOptions) => {
      const { removeOrphans } = await import('../remove-orphans.ts');
      setExitCode(await removeOrphans(names, options, terminal));
    });
  addOwnerOptions(command);
  command.addHelpText(
    'after',
    `
Examples:
  ${terminal.program} remove-orphans --all
  ${terminal.program} remove-orphans web -n team --yes

Exit codes: 0: done or shown, 1: something is skipped, refused or not finished in time, 2: invalid arguments.`,
  );
}

function addOwnerOptions(command: Command): void {
  const options = [
    new Option('--all', 'objects of all WorkloadDeployments and Environments'),
    new Option(
      '-n, --namespace <NAME>',
      "namespace of the WorkloadDeployments (default: the namespace of the kubeconfig's context; with --all: all namespaces)",
    ),
    topologyKindOption(),
    ...clusterOptions(),
  ];
  for (const option of options) command.addOption(option);
}
