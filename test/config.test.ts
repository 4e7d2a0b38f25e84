import assert from 'node:assert/strict';
import { parseOptions } from '../src/cli/command-line/parse-options.ts';
import { aggregatorOptions, controllerOptions, webhookOptions } from '../src/cli/serve/role-options.ts';
import * as config from '../src/config.ts';
import { UsageError } from '../src/usage-error.ts';

const webhookConfig = (args: string[]) => config.webhookConfig(parseOptions(args, webhookOptions()));
const controllerConfig = (args: string[]) => config.controllerConfig(parseOptions(args, controllerOptions()));
const aggregatorConfig = (args: string[]) => config.aggregatorConfig(parseOptions(args, aggregatorOptions()));

const bad: { args: string[]; why: string }[] = [
  { args: ['--unknown'], why: 'an unknown option' },
  { args: ['stray'], why: 'a role has no arguments' },
  { args: ['--port'], why: 'a value is missing' },
  { args: ['--port', '0'], why: 'not a port' },
  { args: ['--port', '65536'], why: 'not a port' },
  { args: ['--port', '80x'], why: 'not a number' },
  { args: ['--health-port', '1e3'], why: 'not a whole number' },
  { args: ['--log-level', 'loud'], why: 'not a level' },
  { args: ['--topology-deadline', '0'], why: 'a deadline is at least 1 ms' },
  { args: ['--rule', 'NoSuchRule=off'], why: 'not a rule' },
  { args: ['--rule', 'constructor=off'], why: 'not a rule' },
  { args: ['--rule', 'InvalidSpec=off'], why: 'its severity cannot be changed' },
  { args: ['--rule', 'SpokeNamespaceNotAllowed=off'], why: 'its severity cannot be changed' },
  { args: ['--rule', 'ProtectedNamespace=warn'], why: 'its severity cannot be changed' },
  { args: ['--protected-namespace', '*'], why: 'no namespace would be left' },
  { args: ['--protected-namespace', 'Acme'], why: 'not a namespace' },
  { args: ['--topology-kind', 'v1/Secret'], why: 'a topology never renders Secrets' },
  { args: ['--topology-kind', 'ConfigMap'], why: 'not a kind with its version' },
  { args: ['--rule', 'UnknownTopology'], why: 'not a severity' },
  { args: ['--rule', 'UnknownTopology=loud'], why: 'not a severity' },
];

describe('the options of a role', () => {
  for (const { args, why } of bad) {
    it(`refuse ${args.join(' ')}: ${why}`, () => assert.throws(() => webhookConfig(args), UsageError));
  }

  it('have the defaults of the manifests', () => {
    const defaults = webhookConfig([]);
    assert.equal(defaults.namespace, 'mooring-system');
    assert.equal(defaults.systemNamespace, 'mural-system');
    assert.deepEqual(defaults.severities, {});
    assert.equal(defaults.kubeconfig, undefined);
  });

  it('set severities of rules; the last one takes precedence', () => {
    const { severities } = webhookConfig(['--rule', 'UnknownTopology=deny', '--rule', 'UnknownTopology=off']);
    assert.deepEqual(severities, { UnknownTopology: 'off' });
  });

  it('add protected namespaces to those of the cluster and of mooring, in place of usual ones', () => {
    const args = ['--namespace', 'x', '--system-namespace', 'y', '--protected-namespace', 'acme-*'];
    const expected = ['default', 'kube-*', 'open-cluster-management*', 'x', 'y', 'acme-*'];
    for (const read of [webhookConfig, controllerConfig]) assert.deepEqual(read(args).protectedNamespaces, expected);
    assert.ok(webhookConfig([]).protectedNamespaces.includes('cert-manager'));
    assert.ok(webhookConfig([]).protectedNamespaces.includes('mooring-system'));
  });

  it('name the hosts of the webhook after its Service by default', () => {
    assert.deepEqual(controllerConfig(['--namespace', 'x']).webhookHosts, [
      'mooring-webhook.x.svc',
      'mooring-webhook.x.svc.cluster.local',
    ]);
    assert.deepEqual(controllerConfig(['--webhook-host', '127.0.0.1']).webhookHosts, ['127.0.0.1']);
  });

  it('allow only kinds that the controller watches and prunes', () => {
    const { allowedKinds } = controllerConfig([]).render;
    assert.deepEqual(
      allowedKinds.map(({ kind }) => kind),
      ['Placement', 'ManifestWorkReplicaSet'],
    );
    assert.throws(() => controllerConfig(['--allowed-kind', 'v1/ConfigMap']), UsageError);
  });

  it('allow further kinds, in the webhook and in the controller', () => {
    const args = ['--topology-kind', 'v1/ConfigMap', '--topology-kind=networking.k8s.io/v1/NetworkPolicy'];
    for (const read of [webhookConfig, controllerConfig]) {
      assert.deepEqual(read(args).render.allowedKinds.slice(2), [
        { apiVersion: 'v1', kind: 'ConfigMap' },
        { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
      ]);
    }
  });

  it('set the identity in leader election', () => {
    assert.equal(aggregatorConfig(['--identity', 'me']).identity, 'me');
    assert.equal(aggregatorConfig([]).identity, undefined);
    assert.equal(aggregatorConfig([]).metricsObjects, true);
    assert.equal(aggregatorConfig(['--metrics-objects=false']).metricsObjects, false);
  });
});
