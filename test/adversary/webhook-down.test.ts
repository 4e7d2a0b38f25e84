import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { sumOfSeries } from '../support/role-metrics.ts';
import { deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const downMs = 15_000;

describe('a webhook that does not run', function () {
  this.timeout(180_000);
  let hub: Hub;
  let tenant: TenantUser;

  const uidOnSpoke = () =>
    kubectlOk(['get', 'workload', 'web', '-n', tenant.namespace, '-o', 'jsonpath={.metadata.uid}'], { on: 'spoke1' });

  before(async () => {
    hub = await sharedHub();
    tenant = await createTenant('down');
    const { namespace } = tenant;
    const made = await tenant.apply(
      manifest(
        environment(namespace, { placement: { numberOfClusters: 2 } }),
        profile(namespace),
        deployment(namespace),
      ),
    );
    assert.equal(made.code, 0, made.stderr);
    await waitUntilApplied(namespace);
  });

  after(async () => {
    await restoreHub();
    await deleteTestObjects(tenant.namespace);
  });

  it('makes edits and deletions fail, stops no Workload, and causes no load', async () => {
    const uid = await uidOnSpoke();
    await endProcesses(hub, ['webhook']);
    const edited = await tenant.kubectl(['label', 'environment', 'primary', 'edition=2']);
    assert.match(edited.stderr, /failed calling webhook/);
    const deleted = await tenant.kubectl(['delete', 'workloaddeployment', 'web', '--wait=false']);
    assert.match(deleted.stderr, /failed calling webhook/);
    const writes = () => sumOfSeries('controller', 'mooring_reconcile_total', {});
    const before = await writes();
    await sleep(downMs);
    const after = await writes();
    assert.ok(after - before < downMs / 100, `${after - before} reconciles in ${downMs / 1000} s`);
    assert.equal(await uidOnSpoke(), uid);
  });

  it('decides again when it runs, and what was refused can be repeated', async () => {
    await restoreHub();
    await eventually('the edit is admitted', async () => {
      const { code } = await tenant.kubectl(['label', 'environment', 'primary', 'edition=2', '--overwrite']);
      return code === 0;
    });
    await waitUntilApplied(tenant.namespace, 'web', 2);
    await tenant.kubectlOk(['delete', 'workloaddeployment', 'web', '--timeout=40s']);
    assert.equal(await getObject(['workload', 'web', '-n', tenant.namespace], 'spoke1'), undefined);
  });
});
