import type { Command } from 'commander';
import type { AggregatorOptions, ControllerOptions, WebhookOptions } from '../../config.ts';
import { aggregatorOptions, controllerOptions, webhookOptions } from '../serve/role-options.ts';
import type { CommandContext } from './command-context.ts';

/** The heading of commands that neither use a cluster nor check files. */
export const otherCommands = 'Other commands:';

/** Adds `serve` with a subcommand for each role. A role runs until SIGTERM or SIGINT. */
export function addServeCommand(program: Command, { terminal }: CommandContext): void {
  program.commandsGroup(otherCommands);
  const serve = program
    .command('serve')
    .usage('ROLE [options]')
    .summary('Run a role: webhook, controller or aggregator')
    .description('Run a role until SIGTERM or SIGINT. Every role serves /healthz, /readyz and /metrics.')
    .helpCommand(false)
    .commandsGroup('Roles:');
  const webhook = serve
    .command('webhook')
    .usage('[options]')
    .description('Respond to admission requests of the API server')
    .action(async (options: WebhookOptions) => {
      const [{ webhookConfig }, { serveWebhook }] = await Promise.all([
        import('../../config.ts'),
        import('../serve/webhook.ts'),
      ]);
      await serveWebhook(webhookConfig(options), terminal.environment, terminal.stopSignal());
    });
  const controller = serve
    .command('controller')
    .usage('[options]')
    .description('Record revisions, render deployments and apply them on the hub')
    .action(async (options: ControllerOptions) => {
      const [{ controllerConfig }, { serveController }] = await Promise.all([
        import('../../config.ts'),
        import('../serve/controller.ts'),
      ]);
      await serveController(controllerConfig(options), terminal.environment, terminal.stopSignal());
    });
  const aggregator = serve
    .command('aggregator')
    .usage('[options]')
    .description('Write the status of Environments')
    .action(async (options: AggregatorOptions) => {
      const [{ aggregatorConfig }, { serveAggregator }] = await Promise.all([
        import('../../config.ts'),
        import('../serve/aggregator.ts'),
      ]);
      await serveAggregator(aggregatorConfig(options), terminal.environment, terminal.stopSignal());
    });
  for (const option of webhookOptions()) webhook.addOption(option);
  for (const option of controllerOptions()) controller.addOption(option);
  for (const option of aggregatorOptions()) aggregator.addOption(option);
}
