import { Option, type Command } from 'commander';
import { installNamespace, type GrantedNamespaces } from '../../api/names.ts';
import type { GrantOptions } from '../grant.ts';
import type { OpenOptions } from '../hub-namespace.ts';
import type { CommandContext } from './command-context.ts';
import { clusterOptions, repeatable } from './options.ts';

/** Adds the commands with which administrators permit the use of namespaces. */
export function addNamespaceCommands(program: Command, context: CommandContext): void {
  program.commandsGroup('Commands for administrators:');
  const hub = program
    .command('hub-namespace')
    .usage('COMMAND [options]')
    .summary('Open a hub namespace, or allow its use')
    .description(
      'Open a namespace on the hub, so that mooring may write Placements and ManifestWorkReplicaSets in it, or allow users to ' +
        'name it in their Environments.',
    )
    .helpCommand(false);
  addOpen(hub, context);
  addAllowHub(hub, context);
  addSpoke(program, context);
}

/** Adds `spoke-namespace`, with which administrators permit namespaces on the spokes. */
function addSpoke(program: Command, { terminal, setExitCode }: CommandContext): void {
  const spoke = program
    .command('spoke-namespace')
    .usage('COMMAND [options]')
    .summary('Allow the use of a namespace on the spokes')
    .description(
      'Allow users to name a namespace on the spokes in their WorkloadDeployments. A hub namespace may use the spoke namespace of ' +
        'its own name, and those that annotation spectrocloud.com/spoke-namespaces of its Namespace lists.',
    )
    .helpCommand(false);
  addAllow(spoke, {
    kind: 'spoke',
    description:
      'Print the ClusterRole and the ClusterRoleBindings that permit users to name a namespace on the spokes in a ' +
      'WorkloadDeployment, in any namespace in which they may write WorkloadDeployments. Do not grant it to the account of a ' +
      'GitOps tool that applies the objects of several teams: list the namespace for one team instead.',
    program: terminal.program,
  }).action(async (name: string, options: GrantOptions) => {
    const { printGrant } = await import('../grant.ts');
    setExitCode(printGrant('spoke', name, options, terminal));
  });
}

function addOpen(parent: Command, { terminal, setExitCode }: CommandContext): void {
  const command = parent
    .command('open')
    .usage('NAME [options]')
    .summary('Let mooring write in a hub namespace')
    .description(
      'Print the RoleBinding that lets the controller of mooring write Placements and ManifestWorkReplicaSets in a namespace of ' +
        'the hub, or apply it. To close the namespace, delete the RoleBinding.',
    )
    .argument('<NAME>', 'the namespace')
    .addOption(
      repeatable('--cluster-set <NAME>', 'also bind a ManagedClusterSet, so that Placements may select its clusters'),
    )
    .addOption(new Option('--apply', 'apply the objects instead of printing them'))
    .addOption(
      new Option('--mooring-namespace <NAME>', 'namespace in which mooring is installed').default(installNamespace),
    )
    .action(async (name: string, options: OpenOptions) => {
      const { openHubNamespace } = await import('../hub-namespace.ts');
      setExitCode(await openHubNamespace(name, options, terminal));
    });
  for (const option of clusterOptions()) command.addOption(option);
  command.addHelpText(
    'after',
    `
Examples:
  ${terminal.program} hub-namespace open payments --cluster-set global | kubectl apply -f -
  ${terminal.program} hub-namespace open payments --apply

Exit codes: 0: done, 1: not found or refused, 2: invalid arguments.`,
  );
}

function addAllowHub(parent: Command, { terminal, setExitCode }: CommandContext): void {
  const command = addAllow(parent, {
    kind: 'hub',
    description:
      'Print the ClusterRole and the ClusterRoleBindings that permit users to name a hub namespace in an Environment, in any ' +
      'namespace in which they may write Environments.',
    program: terminal.program,
  });
  command.action(async (name: string, options: GrantOptions) => {
    const { allowHubNamespace } = await import('../hub-namespace.ts');
    setExitCode(allowHubNamespace(name, options, terminal));
  });
}

interface AllowText {
  kind: GrantedNamespaces;
  description: string;
  /** The name with which the program was called. */
  program: string;
}

/** Adds the subcommand `allow`, which prints a grant, without its action. */
function addAllow(parent: Command, { kind, description, program }: AllowText): Command {
  return parent
    .command('allow')
    .usage('NAME [options]')
    .summary(`Print the right to use a ${kind} namespace`)
    .description(description)
    .argument('<NAME>', 'the namespace')
    .addOption(repeatable('--user <NAME>', 'user who may use the namespace'))
    .addOption(repeatable('--group <NAME>', 'group whose members may use the namespace'))
    .addOption(repeatable('--serviceaccount <NAMESPACE:NAME>', 'service account that may use the namespace'))
    .addHelpText(
      'after',
      `
Example:
  ${program} ${kind}-namespace allow payments --user alice | kubectl apply -f -

Exit codes: 0: done, 2: invalid arguments.`,
    );
}
