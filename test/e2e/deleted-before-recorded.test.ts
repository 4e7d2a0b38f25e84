import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { createNamespace, eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { pidOf } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';

describe('an Environment that is edited and deleted before the edit is recorded', function () {
  this.timeout(180_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('unrecorded');
    const objects = manifest(environment(namespace), profile(namespace), deployment(namespace));
    await kubectlOk(['apply', '-f', '-'], { input: objects });
    await waitUntilApplied(namespace);
  });
  after(async () => {
    await restoreHub();
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  const uidOnSpoke = (on: string) =>
    kubectlOk(['get', 'workload', 'web', '-n', namespace, '-o', 'jsonpath={.metadata.uid}'], { on });

  it('is held by its user, whose Workload stays, and goes with it', async () => {
    const { status } = await waitUntilApplied(namespace);
    const on = status?.selectedClusters?.[0] ?? assert.fail();
    const before = await uidOnSpoke(on);
    const pid = await pidOf(await sharedHub(), 'controller');
    process.kill(pid, 'SIGSTOP');
    try {
      await kubectlOk(['label', 'environment', 'primary', '-n', namespace, 'edition=2']);
      await kubectlOk(['delete', 'environment', 'primary', '-n', namespace, '--wait=false']);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually('the Environment waits for its user', async () => {
      const found = await getObject<Environment>(['environment', 'primary', '-n', namespace]);
      return conditionOf(found?.status, 'Deleting') ?? undefined;
    });
    const { status: held } =
      (await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace])) ?? {};
    const resolved = held?.conditions?.find(({ type }) => type === 'Resolved');
    // The controller may have recorded the edit before it saw the deletion.
    if (resolved?.status === 'False') assert.match(resolved.message ?? '', /is being deleted/);
    assert.equal(await uidOnSpoke(on), before);

    await kubectlOk(['delete', 'workloaddeployment', 'web', '-n', namespace]);
    await eventually('the Environment is gone', async () =>
      (await getObject(['environment', 'primary', '-n', namespace])) === undefined ? true : undefined,
    );
  });
});
