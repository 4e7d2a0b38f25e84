import assert from 'node:assert/strict';
import type { EnvironmentStatus } from '../../../src/api/environment.ts';
import { environments, policyDefinitions, workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { placements, type Placement } from '../../../src/api/ocm.ts';
import { createEnvironmentReconciler } from '../../../src/controller/revisions/environment.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { controllerScene } from '../../support/controller-scene.ts';
import { customTopology, fewLines } from '../../support/custom-topology.ts';
import { stampedAs } from '../../support/facts.ts';
import { forbidden, namespaceNamed, withHubRights } from '../../support/hub-rights.ts';
import { environment } from '../../support/manifests.ts';
import { aPlacement, deploymentFor } from '../../support/placements.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

const key = { namespace: 'team', name: 'primary' };
type Stored = Definition & { status?: EnvironmentStatus };

async function scene(object: KubeObject, ...others: KubeObject[]) {
  const [definitions, onHub] = [
    others.filter(({ kind }) => kind === 'PolicyDefinition'),
    others.filter(({ kind }) => kind !== 'PolicyDefinition'),
  ];
  const deployments = (onHub as Placement[]).map(deploymentFor).filter(({ metadata }) => metadata.name !== '');
  const parts = await controllerScene([
    [environments, object],
    ...definitions.map((found): [typeof policyDefinitions, KubeObject] => [policyDefinitions, found]),
    ...deployments.map((found): [typeof workloadDeployments, KubeObject] => [workloadDeployments, found]),
    ...onHub.map((placement): [typeof placements, KubeObject] => [placements, placement]),
  ]);
  const reconciler = createEnvironmentReconciler({ ...parts.shared, now: () => 0 });
  const stored = () => parts.client.get<Stored>(environments, key);
  const reconcile = async () => {
    const result = await reconciler.reconcile(await stored());
    await parts.caughtUp();
    return result;
  };
  const rendered = async () => (await stored()).status?.conditions?.find(({ type }) => type === 'Rendered');
  const probes = async () =>
    (await parts.client.list(placements)).items.filter(
      ({ metadata }) => metadata.annotations?.['spectrocloud.com/probe'] === 'true',
    );
  return { ...parts, reconciler, reconcile, stored, rendered, probes };
}

const primary = stampedAs({ ...environment('team') }, 1);
const evaluated = aPlacement({ name: 'web', from: 'team/primary@v1', reason: 'AllDecisionsScheduled' });

describe('reconciling an Environment', () => {
  let running: Awaited<ReturnType<typeof scene>>;
  const start = async (object: KubeObject, ...onHub: KubeObject[]) => void (running = await scene(object, ...onHub));
  afterEach(() => running.stop());

  it('applies a probe Placement while there is no other to evaluate, and no ManifestWorkReplicaSet', async () => {
    await start(primary);
    await running.reconcile();
    assert.equal((await running.probes()).length, 1);
    assert.equal((await running.rendered())?.status, 'True');
    assert.ok(running.writes().every((write) => !write.includes('manifestworkreplicasets')));
  });

  it('writes nothing the second time', async () => {
    await start(primary);
    await running.reconcile();
    running.writes();
    await running.reconcile();
    assert.deepEqual(running.writes(), []);
  });

  it('needs no probe once OCM has evaluated the Placement of a deployment', async () => {
    await start(primary, evaluated);
    await running.reconcile();
    assert.equal((await running.probes()).length, 0);
  });

  it('needs a probe beside a Placement that only names the Environment', async () => {
    const forged = structuredClone(evaluated);
    delete forged.metadata.annotations?.['spectrocloud.com/deployment-uid'];
    await start(primary, forged);
    await running.reconcile();
    assert.equal((await running.probes()).length, 1);
  });

  it('marks the probe with the uid of the Environment and of the installation', async () => {
    await start(primary);
    await running.reconcile();
    const [probe] = await running.probes();
    assert.equal(
      probe?.metadata.annotations?.['spectrocloud.com/environment-uid'],
      (await running.stored()).metadata.uid,
    );
    assert.equal(probe?.metadata.annotations?.['spectrocloud.com/installation'], 'installation');
  });

  it('needs a probe while that Placement is of an older revision', async () => {
    await start(stampedAs({ ...environment('team') }, 2), evaluated);
    await running.reconcile();
    assert.equal((await running.probes()).length, 1);
  });

  it('reports the Placements that mooring does not own, and needs no probe then', async () => {
    await start(primary);
    const set = {
      apiVersion: 'work.open-cluster-management.io/v1alpha1',
      kind: 'ManifestWorkReplicaSet',
      metadata: { name: 'w' },
    };
    running.renderAs({
      ok: true,
      objects: [{ ...set, spec: { placementRefs: [{ name: 'gpu' }], manifestWorkTemplate: {} } }],
    });
    await running.reconcile();
    assert.deepEqual((await running.stored()).status?.placementRefs, [{ namespace: 'hub', name: 'gpu' }]);
    assert.equal((await running.probes()).length, 0);
  });

  it('reports why a topology does not render, and leaves the probe unchanged', async () => {
    await start(primary);
    await running.reconcile();
    running.renderAs({ ok: false, reason: 'InvalidParameter', violations: [{ path: ['placement'], message: 'no' }] });
    await running.reconcile();
    assert.deepEqual(
      [(await running.rendered())?.status, (await running.rendered())?.reason, (await running.probes()).length],
      ['False', 'InvalidParameter', 1],
    );
  });

  it('reports an unknown topology', async () => {
    await start(stampedAs(environment('team', { topology: { type: 'mine' } }), 1));
    await running.reconcile();
    assert.equal((await running.rendered())?.reason, 'UnknownTopology');
  });

  const pinning = (stamp?: string) => {
    const annotations = stamp === undefined ? {} : { 'spectrocloud.com/topology-revision': stamp };
    return stampedAs(environment('team', { topology: { type: 'mine@v1' }, annotations }), 1);
  };
  const mine = stampedAs(customTopology('mine', fewLines), 1);
  const hashOfMine = mine.metadata.annotations?.['spectrocloud.com/revision-hash'] ?? '';

  it('lets the webhook stamp what a pinned topology means, if it could not when the Environment was written', async () => {
    await start(pinning(), mine);
    await running.reconcile();
    assert.ok(running.writes().includes('patch environments.spectrocloud.com/team/primary'));
    await running.stop();
    await start(pinning(`mural-system/mine@v1#${hashOfMine}`), mine);
    await running.reconcile();
    assert.ok(!running.writes().includes('patch environments.spectrocloud.com/team/primary'));
    assert.equal((await running.rendered())?.status, 'True');
  });

  it('leaves the probe unchanged if a pinned topology means other content now', async () => {
    await start(pinning('mural-system/mine@v1#h1:other'), mine);
    await running.reconcile();
    assert.equal((await running.rendered())?.reason, 'RevisionChanged');
    assert.match((await running.rendered())?.message ?? '', /set spec\.topology\.type to the revision to use/);
    assert.equal((await running.probes()).length, 0);
  });

  it('reports a missing hub namespace, and retries', async () => {
    await start(primary);
    running.client.failNext(
      'apply',
      new ApiError('no', { code: 404, reason: 'NotFound', details: { kind: 'namespaces' } }),
    );
    assert.ok((await running.reconcile()) !== undefined);
    assert.equal((await running.rendered())?.reason, 'HubNamespaceNotFound');
  });

  it('deletes the probes with the Environment', async () => {
    await start(primary);
    await running.reconcile();
    await running.reconciler.finalize(await running.stored());
    assert.equal((await running.probes()).length, 0);
  });

  it('keeps a probe that another installation has applied', async () => {
    const { metadata, ...probe } = aPlacement({ name: 'earlier', from: 'team/primary@v1', probe: true });
    const annotations = { ...metadata.annotations, 'spectrocloud.com/installation': 'another' };
    await start(primary, { ...probe, metadata: { ...metadata, annotations } });
    assert.equal(await running.reconciler.deleteProbes(await running.stored()), true);
    assert.equal(await running.reconciler.finalize(await running.stored()), true);
    assert.deepEqual(
      (await running.probes()).map(({ metadata: { name } }) => name),
      ['earlier'],
    );
  });

  it('deletes a probe that is not in the cache, and nothing else', async () => {
    await start(primary, evaluated);
    await running.client.delete(placements, { namespace: 'hub', name: 'web' });
    await running.caughtUp();
    // The caches are not updated any more.
    await running.stop();
    await running.client.create(placements, evaluated);
    await running.reconciler.reconcile(await running.stored());
    assert.equal((await running.probes()).length, 1);
    await running.reconciler.finalize(await running.stored());
    const remaining = (await running.client.list(placements)).items.map(({ metadata }) => metadata.name);
    assert.deepEqual(remaining, ['web']);
  });

  it('reports that a hub namespace is not open, and retries', async () => {
    await start(primary);
    await running.client.create(...namespaceNamed('hub'));
    withHubRights(running.client, ['patch hub']);
    running.client.failNext('apply', forbidden());
    assert.ok(await running.reconcile());
    assert.equal((await running.rendered())?.reason, 'HubNamespaceNotOpen');
  });

  it('says while it is deleted that the hub namespace of its probe is not open', async () => {
    await start(primary);
    await running.client.create(...namespaceNamed('hub'));
    await running.reconcile();
    withHubRights(running.client, ['delete hub']);
    running.client.failNext('delete', forbidden());
    assert.equal(await running.reconciler.finalize(await running.stored()), false);
    const deleting = (await running.stored()).status?.conditions?.find(({ type }) => type === 'Deleting');
    assert.equal(deleting?.reason, 'HubNamespaceNotOpen');
    assert.equal(await running.reconciler.finalize(await running.stored()), true);
    assert.equal((await running.probes()).length, 0);
  });

  const inProd = stampedAs(
    environment('team', { topology: { type: 'topology-ocm', properties: { hubNamespace: 'prod' } } }),
    1,
  );

  const renderInProd = () => {
    const metadata = { name: 'p', namespace: 'prod' };
    const placement = { apiVersion: 'cluster.open-cluster-management.io/v1beta1', kind: 'Placement', metadata };
    running.renderAs({ ok: true, objects: [placement] });
  };

  it('writes no probe into a hub namespace that is not stamped', async () => {
    await start(inProd);
    renderInProd();
    assert.ok(await running.reconcile());
    assert.equal((await running.rendered())?.reason, 'HubNamespaceNotAllowed');
    assert.equal((await running.probes()).length, 0);
  });

  it('writes the probe into a hub namespace that is stamped', async () => {
    const annotations = { ...inProd.metadata.annotations, 'spectrocloud.com/allowed-hub-namespaces': 'prod' };
    await start({ ...inProd, metadata: { ...inProd.metadata, annotations } });
    renderInProd();
    await running.reconcile();
    assert.equal((await running.rendered())?.reason, 'Rendered');
    assert.equal((await running.probes()).length, 1);
  });
});
