import assert from 'node:assert/strict';
import { parseOptions } from '../src/cli/command-line/parse-options.ts';
import { aggregatorOptions, controllerOptions, webhookOptions } from '../src/cli/serve/role-options.ts';
import * as config from '../src/config.ts';
import { UsageError } from '../src/usage-error.ts';

const webhookConfig = (args: string[]) => config.webhookConfig(parseOptions(args, webhookOptions()));
const controllerConfig = (args: string[]) => config.controllerConfig(parseOptions(args, controllerOptions()));
const aggregatorConfig = (args: string[]) => config.aggregatorConfig(parseOptions(args, aggregatorOptions()));

const bad: { flags: string[]; why: string }[] = [
  { flags: ['--unknown'], why: 'there is no such flag' },
  { flags: ['stray'], why: 'nothing stands alone' },
  { flags: ['--port'], why: 'a value is missing' },
  { flags: ['--port', '0'], why: 'no port' },
  { flags: ['--port', '65536'], why: 'no port' },
  { flags: ['--port', '80x'], why: 'no number' },
  { flags: ['--health-port', '1e3'], why: 'no whole number' },
  { flags: ['--log-level', 'loud'], why: 'no level' },
  { flags: ['--topology-deadline', '0'], why: 'nothing is done in no time' },
  { flags: ['--rule', 'NoSuchRule=off'], why: 'no rule' },
  { flags: ['--rule', 'constructor=off'], why: 'no rule' },
  { flags: ['--rule', 'InvalidSpec=off'], why: 'it cannot be switched' },
  { flags: ['--rule', 'UnknownTopology'], why: 'no severity' },
  { flags: ['--rule', 'UnknownTopology=loud'], why: 'no severity' },
];

describe('the options of a role', () => {
  for (const { flags, why } of bad) {
    it(`refuse ${flags.join(' ')}: ${why}`, () => assert.throws(() => webhookConfig(flags), UsageError));
  }

  it('have defaults that fit the manifests', () => {
    const defaults = webhookConfig([]);
    assert.equal(defaults.namespace, 'mooring-system');
    assert.equal(defaults.systemNamespace, 'mural-system');
    assert.deepEqual(defaults.severities, {});
    assert.equal(defaults.kubeconfig, undefined);
  });

  it('switch rules, the last word counting', () => {
    const { severities } = webhookConfig(['--rule', 'UnknownTopology=deny', '--rule', 'UnknownTopology=off']);
    assert.deepEqual(severities, { UnknownTopology: 'off' });
  });

  it('name the hosts of the webhook after its Service, unless told otherwise', () => {
    assert.deepEqual(controllerConfig(['--namespace', 'x']).webhookHosts, [
      'mooring-webhook.x.svc',
      'mooring-webhook.x.svc.cluster.local',
    ]);
    assert.deepEqual(controllerConfig(['--webhook-host', '127.0.0.1']).webhookHosts, ['127.0.0.1']);
  });

  it('allow only kinds that the controller watches and takes away again', () => {
    const { allowedKinds } = controllerConfig([]).render;
    assert.deepEqual(
      allowedKinds.map(({ kind }) => kind),
      ['Placement', 'ManifestWorkReplicaSet'],
    );
    assert.throws(() => controllerConfig(['--allowed-kind', 'v1/ConfigMap']), UsageError);
  });

  it('give the leader an identity', () => {
    assert.equal(aggregatorConfig(['--identity', 'me']).identity, 'me');
    assert.equal(aggregatorConfig([]).identity, undefined);
  });
});
