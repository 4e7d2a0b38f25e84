import { Option, type Command } from 'commander';
import type { CheckOptions } from '../check.ts';
import type { OfflineOptions } from '../offline-command.ts';
import type { StartingEngine } from '../offline-engine.ts';
import type { RenderCommandOptions } from '../render.ts';
import {
  cueModuleOption,
  protectedNamespaceOption,
  repeatable,
  ruleOption,
  sharedHubNamespaceOption,
  systemNamespaceOption,
  topologyKindOption,
} from './options.ts';
import type { CommandContext } from './command-context.ts';

const files = 'manifest, folder of manifests, or - for standard input';

/** Adds the commands that need no cluster. */
export function addOfflineCommands(program: Command, context: CommandContext): void {
  program.commandsGroup('Commands without a cluster:');
  addCheck(program, context);
  addRender(program, context);
}

function addCheck(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('check')
    .usage('[FILE…] [options]')
    .summary('Show how admission decides on manifests')
    .description(
      'Show how admission decides, without a cluster: starts from the state, applies the manifests in their order, then deletes ' +
        'objects. Rights are not checked.',
    )
    .argument('[FILE...]', files)
    .addOption(
      repeatable(
        '--state <FILE>',
        'manifests, or the output of `kubectl get -o yaml`, of objects that exist already; a missing status is computed',
      ),
    )
    .addOption(repeatable('--delete <KIND/NAMESPACE/NAME>', 'object to delete after the manifests are applied'))
    .addOption(new Option('-o, --output <FORMAT>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(ruleOption())
    .addOption(protectedNamespaceOption())
    .action(async (paths: string[], options: CheckOptions) => {
      const run = async (engine: StartingEngine) => {
        const { check } = await import('../check.ts');
        return check(paths, options, terminal, engine);
      };
      setExitCode(await withEngine('check', options, terminal, run));
    });
  addOfflineOptions(command);
  command.addHelpText(
    'after',
    '\nExit codes: 0: everything is admitted, 1: something is refused, 2: invalid input; what can be read is checked all the same.',
  );
}

function addRender(program: Command, { terminal, setExitCode }: CommandContext): void {
  const command = program
    .command('render')
    .usage('FILE… [options]')
    .summary('Show what the controller applies on the hub')
    .description(
      'Print what the controller would apply on the hub for every WorkloadDeployment in the files, without a cluster.',
    )
    .argument('[FILE...]', files)
    .addOption(new Option('-o, --output <FORMAT>', 'output format').choices(['yaml', 'json']).default('yaml'))
    .action(async (paths: string[], options: RenderCommandOptions) => {
      const run = async (engine: StartingEngine) => {
        const { render } = await import('../render.ts');
        return render(paths, options, terminal, engine);
      };
      setExitCode(await withEngine('render', options, terminal, run));
    });
  addOfflineOptions(command);
  command.addHelpText(
    'after',
    `\nExit codes: 0: everything is rendered, 1: something cannot be rendered (reported on standard error with file and path),
2: invalid input; what can be read is rendered all the same.`,
  );
}

/** Runs a command with a CUE engine that starts while the code of the command is loaded and its input is read. */
async function withEngine(
  name: string,
  { cueModule }: OfflineOptions,
  terminal: CommandContext['terminal'],
  run: (engine: StartingEngine) => Promise<number>,
): Promise<number> {
  const { startEngine } = await import('../offline-engine.ts');
  const engine = startEngine(name, cueModule, terminal);
  try {
    return await run(engine);
  } finally {
    await engine.close();
  }
}

function addOfflineOptions(command: Command): void {
  const options = [
    new Option('-n, --namespace <NAME>', 'namespace of objects without a namespace').default('default'),
    new Option('-R, --recursive', 'read folders with their sub-folders'),
    systemNamespaceOption(),
    sharedHubNamespaceOption(),
    topologyKindOption(),
    cueModuleOption(),
  ];
  for (const option of options) command.addOption(option);
}
