import assert from 'node:assert/strict';
import type { Hub } from '../../deploy/local/hub/up.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { apply, createNamespace, eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { silenceAgents } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';

const zone = 'mooring.test/zone-of-left';

describe('a cluster that a deployment leaves while its agent is silent', function () {
  this.timeout(240_000);
  let hub: Hub;
  let namespace: string;
  let silent: Awaited<ReturnType<typeof silenceAgents>> | undefined;

  before(async function () {
    this.timeout(300_000);
    hub = await sharedHub();
    namespace = await createNamespace('left');
    await kubectlOk(['label', '--overwrite', 'managedcluster', 'spoke1', `${zone}=a`]);
    await kubectlOk(['label', '--overwrite', 'managedcluster', 'spoke2', `${zone}=b`]);
  });
  afterEach(() => comeBack());
  after(async () => {
    await kubectlOk(['label', 'managedcluster', 'spoke1', 'spoke2', `${zone}-`]);
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace, `${namespace}-kept`);
  });

  const silence = async () => {
    silent = await silenceAgents(hub, ['spoke1']);
  };
  const comeBack = async () => {
    await silent?.end();
    silent = undefined;
    await restoreHub();
  };
  const inZone = (name: string, where: string, orphan = false) => {
    const requiredClusterSelector = { labelSelector: { matchLabels: { [zone]: where } } };
    const lifecycle = { spokeNamespace: { create: true, orphan } };
    return environment(namespace, { name, placement: { predicates: [{ requiredClusterSelector }] }, lifecycle });
  };
  const read = (name: string) => getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
  const appliedMessage = (found: WorkloadDeployment | undefined) =>
    found?.status?.conditions?.find(({ type }) => type === 'Applied')?.message;
  /** Applies an edit of an Environment, and returns the warnings. */
  const edit = async (...args: Parameters<typeof inZone>) => {
    const { code, stderr } = await apply(manifest(inZone(...args)));
    assert.equal(code, 0, stderr);
    return stderr;
  };
  const isOn = (name: string, cluster: string) =>
    eventually(`${name} is applied on ${cluster}`, async () => {
      const found = await waitUntilApplied(namespace, name);
      return found.status?.selectedClusters?.join() === cluster && found.status.pendingClusters?.length === 0;
    });

  it('vanished from the status, and coming back deleted the namespace without a word', async () => {
    await edit('primary', 'a');
    assert.equal((await apply(manifest(profile(namespace), deployment(namespace)))).code, 0);
    await isOn('web', 'spoke1');
    await kubectlOk(['create', 'configmap', 'precious', '-n', namespace], { on: 'spoke1' });
    await silence();

    const away = await edit('primary', 'b');
    assert.match(away, /may be removed from spoke1.*Namespace \S+ is deleted with everything in it/);
    await isOn('web', 'spoke2');
    const moved = await read('web');
    assert.deepEqual(moved?.status?.leavingClusters, ['spoke1']);
    assert.equal(appliedMessage(moved), 'applied on spoke2; being removed from spoke1');

    const back = await edit('primary', 'a');
    assert.match(
      back,
      new RegExp(
        `WorkloadDeployment ${namespace}/web: its ManifestWork on spoke1 is being deleted, and Namespace ${namespace} there with everything in it; wait until status\\.leavingClusters is empty before OCM may select it again \\(ClusterIsBeingLeft\\)`,
      ),
    );
    const waiting = await eventually(
      'the status names spoke1',
      async () => {
        const found = await read('web');
        return appliedMessage(found)?.includes('being removed from spoke1, spoke2') === true ? found : undefined;
      },
      { withinMs: 10_000 },
    ).catch(() => read('web'));
    assert.ok(waiting?.status?.leavingClusters?.includes('spoke1'), JSON.stringify(waiting?.status));

    await comeBack();
    await isOn('web', 'spoke1');
    assert.equal((await read('web'))?.status?.leavingClusters, undefined);
    assert.equal(await getObject(['configmap', 'precious', '-n', namespace], 'spoke1'), undefined);
  });

  it('lost a namespace that the warning called safe: orphan: true was not applied there yet', async () => {
    const spokeNamespace = `${namespace}-kept`;
    await edit('kept', 'a');
    const kept = deployment(namespace, { name: 'kept', environmentRef: 'kept', spokeNamespace });
    assert.equal((await apply(manifest(kept))).code, 0);
    await isOn('kept', 'spoke1');
    await silence();
    await edit('kept', 'a', true);
    await eventually('orphaning waits for spoke1', async () =>
      (await read('kept'))?.status?.orphanPendingClusters?.includes('spoke1'),
    );
    const away = await edit('kept', 'b', true);
    // The API server cuts warnings at 256 characters.
    assert.match(
      away,
      new RegExp(
        `Workload ${spokeNamespace}/kept may be removed from spoke1, .*Namespace ${spokeNamespace} is deleted with everything in it on spoke1, where`,
      ),
    );
    await isOn('kept', 'spoke2');
    assert.deepEqual((await read('kept'))?.status?.leavingClusters, ['spoke1']);
    await comeBack();
    await eventually('the namespace is deleted on spoke1, as the warning says', async () => {
      const found = await getObject<{ metadata: { deletionTimestamp?: string } }>(
        ['namespace', spokeNamespace],
        'spoke1',
      );
      return found === undefined || found.metadata.deletionTimestamp !== undefined;
    });
  });
});
