import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { down } from '../../deploy/local/hub/down.ts';
import { up, type Hub } from '../../deploy/local/hub/up.ts';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { workloadDeployments } from '../../src/api/kinds.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { environment as variables, eventually, run, sharedHub } from '../support/hub.ts';
import { endProcesses } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { conditionOf } from '../support/tenant.ts';

const namespace = 'first';

// A hub of its own, because the kinds of mooring are deleted.
describe('a hub whose mooring was deleted before its objects', function () {
  this.timeout(300_000);
  let directory: string;
  let hub: Hub;
  let client: Client;

  before(async () => {
    directory = `${(await sharedHub()).directory}-order`;
    await down({ directory, purge: true });
    hub = await up({ directory, spokes: 1, environment: variables });
    client = createHubClient(hub.kubeconfig);
  });
  after(() => down({ directory, purge: true }));

  const kubectl = (args: string[], input = '') => run(hub.kubectl, ['--kubeconfig', hub.kubeconfig, ...args], input);
  const spokeWorkload = () =>
    run(hub.kubectl, [
      '--kubeconfig',
      hub.spokes['spoke1'] ?? '',
      'get',
      'workload',
      'web',
      '-n',
      namespace,
      '-o',
      'jsonpath={.metadata.uid} {.metadata.deletionTimestamp}',
    ]);

  it('refused every change of mooring objects; mooring uninstall ends clean in one go, and the Workload stays', async () => {
    await kubectl(['create', 'namespace', namespace]);
    const objects = manifest(environment(namespace), profile(namespace), deployment(namespace));
    const { code, stderr } = await kubectl(['apply', '-f', '-'], objects);
    assert.equal(code, 0, stderr);
    await eventually('the deployment is applied', async () => {
      const { status } = await client.get<WorkloadDeployment>(workloadDeployments, { namespace, name: 'web' });
      return conditionOf(status, 'Applied') === 'True Applied';
    });
    const before = (await spokeWorkload()).stdout;

    // As kubectl delete -f deploy/mooring.yaml does, which was the first step.
    await endProcesses(hub, ['controller', 'webhook', 'aggregator'], 'SIGTERM');
    const refused = await kubectl(['label', 'environment', 'primary', '-n', namespace, 'a=b']);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /failed calling webhook/);
    assert.equal((await kubectl(['delete', 'namespace', namespace, '--wait=false'])).code, 0);

    const {
      code: ended,
      stdout,
      stderr: problem,
    } = await runMooring(['uninstall', '--yes', '--kubeconfig', hub.kubeconfig]);
    assert.equal(ended, 0, `${stdout}\n${problem}`);
    const { items } = await client.list(customResourceDefinitions);
    assert.deepEqual(
      items.map((item) => item.metadata.name).filter((each) => each.endsWith('.spectrocloud.com')),
      [],
    );
    await eventually('the namespace is gone', async () =>
      (await kubectl(['get', 'namespace', namespace, '--ignore-not-found'])).stdout === '' ? true : undefined,
    );
    assert.equal((await kubectl(['create', 'namespace', 'another'])).code, 0);
    assert.equal((await spokeWorkload()).stdout, before);
  });
});
