import assert from 'node:assert/strict';
import { heapMiB } from '../../deploy/manifests/role-environment.ts';
import { roles, webhookConfigurationName } from '../../src/api/names.ts';
import { eventually, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses, pidOf } from '../support/hub-processes.ts';
import { environment, manifest } from '../support/manifests.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const profiles = 40;
/** 1 MiB of JSON that needs 21 MiB of memory when it is parsed. */
const dense = Array.from({ length: 340_000 }, () => ({}));
/** So many levels that `JSON.stringify` overflows the stack. The API server stores up to 10,000. */
const deep = `${'['.repeat(9000)}${']'.repeat(9000)}`;

/** The JSON of a profile. Half of them are nested deeply. */
function hugeProfile(namespace: string, index: number): string {
  const properties = { list: dense, deep: index % 2 === 0 ? '' : 'deep' };
  const profile = {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'WorkloadProfile',
    metadata: { namespace, name: `huge-${index}` },
    spec: { workload: { components: [{ name: 'a', type: 't', properties }] } },
  };
  return JSON.stringify(profile).replace('"deep":"deep"', `"deep":${deep}`);
}

/** Starts the roles and waits until they are ready. The API server needs long for a list of such profiles. */
async function restore(variables: NodeJS.ProcessEnv): Promise<void> {
  const ready = () => restoreHub([], [], variables).then(() => true);
  await eventually('the roles are ready', ready, { withinMs: 240_000 });
}

describe('40 profiles of 1 MiB that were stored while the webhook was not installed', function () {
  this.timeout(600_000);
  let tenant: TenantUser;
  let victim: TenantUser;

  before(async () => {
    const hub = await sharedHub();
    [tenant, victim] = [await createTenant('memory'), await createTenant('memory-victim')];
    await endProcesses(hub, roles);
    for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration']) {
      await kubectlOk(['delete', kind, webhookConfigurationName]);
    }
    for (let index = 0; index < profiles; index += 1) {
      await tenant.kubectlOk(['create', '--validate=false', '-f', '-'], hugeProfile(tenant.namespace, index));
    }
    await restore({ NODE_OPTIONS: `--max-old-space-size=${heapMiB}` });
  });

  after(async () => {
    await endProcesses(await sharedHub(), roles);
    await restore({});
    for (const { namespace } of [tenant, victim]) await deleteTestObjects(namespace);
  });

  it('let the roles start, decide, and delete the profiles, within the heap that is shipped', async () => {
    const hub = await sharedHub();
    const pids = await Promise.all(roles.map((role) => pidOf(hub, role)));
    const applied = await victim.apply(manifest(environment(victim.namespace)));
    assert.equal(applied.code, 0, applied.stderr);
    await eventually(
      'the Environment of another tenant is recorded',
      async () => {
        const read = ['get', 'environment', 'primary', '-o', 'jsonpath={.status.revision}'];
        return (await victim.kubectlOk(read)) === '1';
      },
      { withinMs: 120_000 },
    );
    await tenant.kubectlOk(['delete', 'workloadprofiles', '--all', '--timeout=240s']);
    assert.equal(await tenant.kubectlOk(['get', 'workloadprofiles', '-o', 'name']), '');
    assert.deepEqual(await Promise.all(roles.map((role) => pidOf(hub, role))), pids, 'no role has ended');
  });
});
