import { customResourceDefinitions } from '../../src/api/crd.ts';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyObjects, buildNamespace as namespaceObject, readFolder } from '../../deploy/local/hub/apply/apply.ts';
import { down } from '../../deploy/local/hub/down.ts';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import { up, type Hub } from '../../deploy/local/hub/up.ts';
import { roles, type Role } from '../../src/api/names.ts';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { Condition, Resource } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { mayNotBeServed } from '../../src/kube/client/errors.ts';
import { environment, eventually, run, sharedHub } from '../support/hub.ts';
import { endProcesses, pidOf, listRunningNames } from '../support/hub-processes.ts';
import { deployment, manifest, ocmEnvironment, webProfile } from '../support/sample-objects.ts';

const local = join(import.meta.dirname, '..', '..', 'deploy', 'local');
const namespace = 'unattended';

// A separate hub, so that other tests are not affected. Without OCM and spokes it needs little memory.
describe('a hub without OCM', function () {
  this.timeout(180_000);
  let directory: string;
  let hub: Hub;
  let client: Client;

  before(async () => {
    directory = `${(await sharedHub()).directory}-without-ocm`;
    await down({ directory, purge: true });
    hub = await bringUp();
    client = createHubClient(hub.kubeconfig);
  });

  after(async () => {
    await down({ directory, purge: true });
  });

  it('has roles that are ready, and a deployment that reports what is missing', async () => {
    await applyObjects(client, [namespaceObject(namespace)]);
    const refs = { namespace, environment: 'primary', profile: 'web', spokeNamespace: namespace };
    const made = await kubectl(
      ['apply', '-f', '-'],
      manifest([
        ocmEnvironment({ namespace, name: 'primary' }),
        webProfile({ namespace, name: 'web' }),
        deployment({ ...refs, name: 'app' }),
      ]),
    );
    assert.equal(made.code, 0, made.stderr);
    await appliedToBe('KindNotFound');
    await allReady();
  });

  it('has roles that work as soon as the CRDs of OCM are installed', async () => {
    await bringOcm();
    await eventually('a ManifestWorkReplicaSet exists', () => exist(manifestWorkReplicaSets));
  });

  it('has a status that lists the running processes, and an exit code that says whether all are ready', async () => {
    assert.equal((await hubCommand('status')).code, 0);
    await endProcesses(hub, ['aggregator']);
    const { code, stdout } = await hubCommand('status');
    assert.equal(code, 1);
    assert.match(stdout, /^aggregator +- +down /m);
  });

  it('has the same ports, certificates and data after its processes were killed and started again', async () => {
    const before = await durableData();
    const names = await listRunningNames(hub);
    await endProcesses(hub, names);
    assert.deepEqual(await listRunningNames(hub), []);
    hub = await bringUp();
    assert.deepEqual(await listRunningNames(hub), [...new Set([...names, 'aggregator'])].toSorted());
    assert.deepEqual(await durableData(), before);
    assert.equal((await hubCommand('status')).code, 0);
    const pid = await pidOf(hub, 'controller');
    await bringUp();
    assert.equal(await pidOf(hub, 'controller'), pid, 'up does not restart a process that is ready');
  });

  it('reports a ManifestWorkReplicaSet that OCM does not reconcile within 30 s', async () => {
    await appliedToBe('ReplicaSetsNotEnabled');
  });

  it('has roles that do not end when the CRDs of OCM are deleted and installed again', async () => {
    const pids = await Promise.all(roles.map((role) => pidOf(hub, role)));
    const names = (await readFolder(join(local, 'ocm-stand-in', 'crds'))).map(({ metadata }) => metadata.name);
    for (const name of names) await client.delete(customResourceDefinitions, { name });
    await eventually(
      'the CRDs are deleted',
      async () => !(await exist(manifestWorkReplicaSets)) && !(await exist(placements)),
    );
    await appliedToBe('KindNotFound');
    await allReady();
    await bringOcm();
    await eventually('a ManifestWorkReplicaSet exists', () => exist(manifestWorkReplicaSets), { withinMs: 40_000 });
    await eventually('a Placement exists', () => exist(placements));
    assert.deepEqual(await Promise.all(roles.map((role) => pidOf(hub, role))), pids);
    await allReady();
  });

  it('has no processes after down, which can be repeated', async () => {
    const { code } = await hubCommand('down');
    assert.equal(code, 0);
    assert.deepEqual(await listRunningNames(hub), []);
    assert.equal((await hubCommand('status')).code, 1);
    assert.equal((await hubCommand('down')).code, 0);
  });

  function bringUp(): Promise<Hub> {
    return up({ directory, spokes: 0, withoutOcm: true, environment });
  }

  async function bringOcm(): Promise<void> {
    await applyObjects(client, await readFolder(join(local, 'ocm-stand-in', 'crds')));
  }

  function kubectl(args: string[], input = '') {
    return run(hub.kubectl, ['--kubeconfig', hub.kubeconfig, ...args], input);
  }

  function hubCommand(verb: string) {
    return run(process.execPath, [join(local, 'hub', 'hub.ts'), verb, '--directory', directory]);
  }

  /** False also if the kind does not exist. */
  async function exist(resource: Resource): Promise<boolean> {
    try {
      return (await client.list(resource)).items.length > 0;
    } catch (error) {
      if (mayNotBeServed(error)) return false;
      throw error;
    }
  }

  async function appliedToBe(reason: string): Promise<void> {
    let last: Condition[] | undefined;
    await eventually(
      `Applied=False/${reason}`,
      async () => {
        const { status } = await client.get<WorkloadDeployment>(workloadDeployments, { namespace, name: 'app' });
        last = status?.conditions;
        return last?.some((one) => one.type === 'Applied' && one.status === 'False' && one.reason === reason);
      },
      { withinMs: 45_000 },
    ).catch((error: unknown) => {
      throw new Error(`conditions are ${JSON.stringify(last)}`, { cause: error });
    });
  }

  async function allReady(): Promise<void> {
    for (const role of roles) assert.equal(await page(role, 'readyz'), 200, role);
  }

  async function page(role: Role, name: string): Promise<number> {
    return (await fetch(`http://127.0.0.1:${portOf(hub.state, `${role}-health`)}/${name}`)).status;
  }

  /** The data that must survive when processes are killed. */
  async function durableData(): Promise<unknown> {
    const { metadata, spec, status } = await client.get<Environment>(environments, { namespace, name: 'primary' });
    return [
      hub.state.ports,
      await readFile(hub.kubeconfig, 'utf8'),
      await readFile(hub.files.kubeconfig('webhook'), 'utf8'),
      [metadata.uid, spec, status?.revision],
    ];
  }
});
