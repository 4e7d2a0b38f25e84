import assert from 'node:assert/strict';
import { parseOptions } from '../../../src/cli/command-line/parse-options.ts';
import { aggregatorOptions, controllerOptions, webhookOptions } from '../../../src/cli/serve/role-options.ts';
import {
  aggregatorConfig,
  controllerConfig,
  webhookConfig,
  type ControllerOptions,
  type AggregatorOptions,
  type WebhookOptions,
} from '../../../src/config.ts';

describe('the options of the roles', () => {
  it('have defaults that are valid', () => {
    const webhook = webhookConfig(parseOptions<WebhookOptions>([], webhookOptions()));
    assert.deepEqual([webhook.port, webhook.healthPort, webhook.logLevel], [8443, 8080, 'info']);
    assert.deepEqual(webhook.topology, { cueModule: undefined, deadlineMs: 2500, memoryMiB: 256, workers: 2 });
    const controller = controllerConfig(parseOptions<ControllerOptions>([], controllerOptions()));
    assert.deepEqual([controller.historyLimit, controller.retireForMs], [20, 60_000]);
    assert.equal(controller.evictAfterMs, 3_600_000, 'the default of OCM');
    assert.equal(controller.topology.deadlineMs, 5000);
    assert.equal(aggregatorConfig(parseOptions<AggregatorOptions>([], aggregatorOptions())).healthPort, 8080);
  });

  it('each have a description and a default', () => {
    for (const option of [...webhookOptions(), ...controllerOptions(), ...aggregatorOptions()]) {
      assert.notEqual(option.description, '', option.flags);
      const hasDefault = option.defaultValue !== undefined || option.description.includes('(default: ');
      assert.ok(hasDefault, option.flags);
    }
  });
});
