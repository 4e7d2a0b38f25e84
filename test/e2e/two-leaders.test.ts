import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { installNamespace } from '../../src/api/names.ts';
import { environments } from '../../src/api/kinds.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { leases, type Lease } from '../../src/kube/leader/lease.ts';
import { apply, eventually, createNamespace, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { dumpHub } from '../support/hub-dump.ts';
import { pidOf, startExtraRole, type ExtraRole } from '../support/hub-processes.ts';
import { manifest, ocmEnvironment } from '../support/sample-objects.ts';

const leading = ['controller', 'aggregator'] as const;

// Both roles are tested at the same time, because each takeover needs the Lease of 15 s and up to 4.4 s more.
describe('two processes of a role with leader election', function () {
  this.timeout(120_000);
  let hub: Hub;
  let client: Client;
  let namespace: string;
  let spares: ExtraRole[] = [];
  const paused: number[] = [];

  before(async () => {
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    namespace = await createNamespace('leader');
    // A role that a test before has ended may still be a standby until its Lease expires.
    await leadersToBe(leading.map((role) => `local-${role}`));
    spares = await Promise.all(leading.map((role) => startExtraRole(hub, role, { identity: `spare-${role}` })));
    await edit(1);
    await waitUntilRecorded(1);
  });

  after(async () => {
    for (const pid of paused) process.kill(pid, 'SIGCONT');
    await Promise.all(spares.map((spare) => spare.end()));
    await restoreHub();
    await kubectlOk(['delete', 'namespace', namespace, '--wait=false']);
  });

  it('have one leader, and a standby that is ready', async () => {
    assert.deepEqual(await holders(), ['local-controller', 'local-aggregator']);
    for (const spare of spares) assert.equal(await spare.health('readyz'), 200);
  });

  it('have the standby take over from a frozen leader, which writes nothing when it continues', async () => {
    const pids = await Promise.all(leading.map((role) => pidOf(hub, role)));
    for (const pid of pids) {
      process.kill(pid, 'SIGSTOP');
      paused.push(pid);
    }
    // This edit is not recorded yet. The frozen processes have seen revision 1 last, and may have begun to reconcile it.
    await edit(2);
    await leadersToBe(['spare-controller', 'spare-aggregator']);
    await waitUntilRecorded(2);
    await edit(3, 2);
    await waitUntilRecorded(3, 2);
    // The new leaders may still be pruning objects that the last edit replaced.
    const before = await steady();
    const logged = await Promise.all(leading.map(async (role) => (await logOf(role)).length));
    for (const pid of paused.splice(0)) process.kill(pid, 'SIGCONT');
    for (const [index, role] of leading.entries()) {
      await eventually(`the former leader of ${role} logs that it lost the Lease`, async () =>
        (await logOf(role)).slice(logged[index]).includes('lost the Lease'),
      );
    }
    await sleep(3000);
    assert.deepEqual(await versions(), before);
    assert.deepEqual(await holders(), ['spare-controller', 'spare-aggregator']);
  });

  it('have the standby take over from a killed leader when the Lease expires', async () => {
    const began = performance.now();
    await Promise.all(spares.map((spare) => spare.end('SIGKILL')));
    await edit(4, 1);
    await leadersToBe(['local-controller', 'local-aggregator']);
    // The Lease expires 15 s after the last observed renewal, and the standby checks it every 2 to 4.4 s.
    assert.ok(performance.now() - began < 25_000, `took ${Math.round(performance.now() - began)} ms`);
    await waitUntilRecorded(4, 1);
  });

  async function edit(number: number, clusters = 1): Promise<void> {
    const { code, stderr } = await apply(
      manifest([ocmEnvironment({ namespace, name: 'primary', clusters, edit: String(number) })]),
    );
    assert.equal(code, 0, stderr);
  }

  /** Waits until the controller has recorded the Environment and the aggregator has written its readiness. */
  async function waitUntilRecorded(revision: number, clusters = 1): Promise<void> {
    let last: Environment | undefined;
    const reached = eventually(`revision ${revision} is recorded and has a status`, async () => {
      last = await client.get<Environment>(environments, { namespace, name: 'primary' });
      const { metadata, status } = last;
      if (status?.revision !== revision || status.observedGeneration !== metadata.generation) return false;
      return status.status === 'Ready' && status.totalSelectedClusters === clusters;
    });
    await reached.catch((cause: unknown) => assert.fail(`${String(cause)}; status is ${JSON.stringify(last?.status)}`));
  }

  function logOf(role: string): Promise<string> {
    return readFile(hub.files.log(role), 'utf8');
  }

  function holders(): Promise<(string | undefined)[]> {
    return Promise.all(
      leading.map(async (role) => {
        const lease = await client.get<Lease>(leases, { namespace: installNamespace, name: `mooring-${role}` });
        return lease.spec?.holderIdentity;
      }),
    );
  }

  async function leadersToBe(names: string[]): Promise<void> {
    await eventually(
      `${names.join(' and ')} to lead`,
      async () => JSON.stringify(await holders()) === JSON.stringify(names),
      { withinMs: 40_000 },
    );
  }

  /** The content when it has not changed for a second. */
  async function steady(): Promise<unknown> {
    let last = await versions();
    await eventually('nothing changes any more', async () => {
      await sleep(1000);
      const now = await versions();
      const same = isDeepStrictEqual(now, last);
      last = now;
      return same;
    });
    return last;
  }

  /** The content, and the resourceVersion of the object that both roles write. */
  async function versions(): Promise<unknown> {
    const { metadata } = await client.get<Environment>(environments, { namespace, name: 'primary' });
    return [metadata.resourceVersion, await dumpHub(hub, namespace)];
  }
});
