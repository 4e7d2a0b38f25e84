import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const count = 100;

describe('deletions that wait for a spoke', function () {
  this.timeout(500_000);
  let attacker: TenantUser;
  let victim: TenantUser;
  const victims: string[] = [];

  before(async () => {
    [attacker, victim] = [await createTenant('deleting'), await createTenant('beside')];
    for (const tenant of [attacker, victim]) {
      const ran = await tenant.apply(manifest(profile(tenant.namespace), environment(tenant.namespace)));
      assert.equal(ran.code, 0, ran.stderr);
    }
  });

  after(async () => {
    await restoreHub();
    for (const { namespace } of [attacker, victim]) await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(attacker.namespace, ...victims);
  });

  /** Milliseconds until the controller has written a new deployment of the victim to the hub. */
  async function timeOfNewDeployment(name: string): Promise<number> {
    const { namespace } = victim;
    victims.push(`${namespace}-${name}`);
    const start = performance.now();
    const ran = await victim.apply(manifest(deployment(namespace, { name, spokeNamespace: `${namespace}-${name}` })));
    assert.equal(ran.code, 0, ran.stderr);
    await eventually(`${name} is written`, async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
      return found?.status?.replicaSets?.length === 1;
    });
    return performance.now() - start;
  }

  async function medianOf(prefix: string): Promise<number> {
    const times: number[] = [];
    for (const number of [1, 2, 3, 4, 5]) times.push(await timeOfNewDeployment(`${prefix}${number}`));
    return times.toSorted((left, right) => left - right)[2] ?? Number.NaN;
  }

  it('do not delay a deployment of another tenant, and cause no lists while they wait', async () => {
    const { namespace } = attacker;
    const deployments = Array.from({ length: count }, (_, index) => {
      const made = deployment(namespace, { name: `d${index}`, spokeNamespace: namespace });
      return { ...made, spec: { ...made.spec, workload: { ...made.spec.workload, name: `w${index}` } } };
    });
    const ran = await attacker.apply(manifest(...deployments));
    assert.equal(ran.code, 0, ran.stderr);
    await eventually(
      'all are written',
      async () => {
        const items = await listDeployments(namespace);
        return items.every(({ status }) => conditionOf(status, 'Applied') === 'True Applied');
      },
      { withinMs: 120_000 },
    );
    const before = await medianOf('before');
    await endProcesses(await sharedHub(), ['spoke1-apiserver'], 'SIGKILL');
    await attacker.kubectlOk(['delete', 'workloaddeployments', '--all', '--wait=false']);
    const during = await medianOf('during');
    // The deletions have reported that they wait. Only watch events can end that, so nothing is listed any more.
    const listed = await countLists();
    await sleep(10_000);
    const lists = (await countLists()) - listed;
    assert.ok(lists < count, `${lists} lists in 10 s while ${count} deletions wait`);
    const items = await listDeployments(namespace);
    assert.equal(items.length, count, 'all deletions wait');
    assert.ok(during < 4 * before + 1000, `${during.toFixed(0)} ms, and ${before.toFixed(0)} ms before the deletions`);
  });

  it('end when the spoke is back', async () => {
    await restoreHub();
    await eventually('all are gone', async () => (await listDeployments(attacker.namespace)).length === 0, {
      withinMs: 180_000,
    });
  });
});

async function listDeployments(namespace: string): Promise<WorkloadDeployment[]> {
  const found = await getObject<{ items: WorkloadDeployment[] }>(['workloaddeployments', '-n', namespace]);
  return found?.items ?? [];
}

/** How often ManifestWorkReplicaSets were listed on the hub. */
async function countLists(): Promise<number> {
  const metrics = await kubectlOk(['get', '--raw', '/metrics']);
  const lines = metrics.split('\n').filter((line) => line.startsWith('apiserver_request_total{'));
  const counted = lines.filter((line) => /resource="manifestworkreplicasets"/.test(line) && /verb="LIST"/.test(line));
  return counted.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
