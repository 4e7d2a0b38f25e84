import assert from 'node:assert/strict';
import { customResourceDefinitions } from '../../../src/api/crd.ts';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { releaseBlockOf } from '../../../src/controller/deployments/release-guard.ts';
import { deleteWorkloadsAnnotation } from '../../../src/domain/annotations.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { hide } from '../../support/hidden-objects.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { guest, kept, owned } from '../../support/lifecycle-topology.ts';

const crdName = 'workloaddeployments.spectrocloud.com';

function crd(metadata: Partial<KubeObject['metadata']>): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: crdName, uid: 'u-1', ...metadata },
  };
}

describe('the deletion of the objects of a deleted deployment', () => {
  const guard = {
    appliedNamespaces: () => ['shop'],
    isInformedForRelease: async () => true,
    violationsOfRelease: async () => [],
  };
  const release = { owner: finalizedDeployment(), replicaSets: [] };
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  const blockWith = (object: KubeObject) =>
    releaseBlockOf(release, () => true, {
      client: createMemoryClient([[customResourceDefinitions, object]]),
      guard,
    });

  it('waits for the locks of its namespaces', async () => {
    const locked: (readonly string[])[] = [];
    const acquire = (_: string, namespaces: readonly string[]) => {
      locked.push(namespaces);
      return false;
    };
    const block = await releaseBlockOf(release, acquire, { client: createMemoryClient(), guard });
    assert.equal(block, 'locked');
    assert.deepEqual(locked, [['shop']]);
  });

  it('is blocked while the CustomResourceDefinition is being deleted, and says what the ways on are', async () => {
    const block = await blockWith(crd({ deletionTimestamp, finalizers: ['customresourcecleanup'] }));
    assert.ok(block !== undefined && block !== 'locked');
    assert.equal(block.reason, 'UninstallNotConfirmed');
    assert.match(
      block.message,
      new RegExp(`kubectl annotate crd ${crdName} spectrocloud.com/delete-workloads=u-1$`, 'm'),
    );
    assert.match(
      block.message,
      /^to keep the workloads: kubectl scale deployment mooring-controller -n mooring-system --replicas=0, then mooring uninstall --yes; /m,
    );
    assert.match(
      block.message,
      /^to delete the workloads too: mooring uninstall --yes --delete-workloads, or kubectl/m,
    );
  });

  const permitted: [why: string, metadata: Partial<KubeObject['metadata']>][] = [
    ['the CustomResourceDefinition stays', {}],
    ['its deletion is confirmed', { deletionTimestamp, annotations: { [deleteWorkloadsAnnotation]: 'u-1' } }],
  ];
  for (const [why, metadata] of permitted) {
    it(`is permitted if ${why}`, async () => {
      assert.equal(await blockWith(crd({ ...metadata, finalizers: ['customresourcecleanup'] })), undefined);
    });
  }

  it('is not confirmed by the uid of an earlier CustomResourceDefinition', async () => {
    const annotations = { [deleteWorkloadsAnnotation]: 'u-0' };
    const block = await blockWith(crd({ deletionTimestamp, annotations, finalizers: ['customresourcecleanup'] }));
    assert.ok(block !== undefined);
  });
});

describe('the release of a spoke namespace', () => {
  let scene: DeploymentsScene;
  afterEach(() => scene.stop());
  const as = { owned: environmentSpec({ lifecycle: owned }), kept: environmentSpec({ lifecycle: kept }) };
  const specs = { ...as, guest: environmentSpec({ lifecycle: guest }) };

  /** `web` uses the namespace as given; `api` is a guest in it. The webhook has admitted the deletion of `web`. */
  async function applied(web: keyof typeof specs, annotations: Record<string, string> = {}) {
    const severities: Record<string, 'off'> = { NamespaceLifecycleConflict: 'off' };
    const deployments = [
      finalizedDeployment({ environmentRef: web, metadata: { annotations } }),
      finalizedDeployment({ name: 'api', environmentRef: 'guest', second: 1 }),
    ];
    scene = await deploymentsScene(specs, deployments, { severities });
    for (const name of ['web', 'api']) {
      await scene.reconcile(name);
      await scene.ocm(['a', 'b'], { of: name });
      await scene.reconcile(name);
    }
    assert.deepEqual([await scene.reason(), await scene.reason('api')], ['Applied', 'Applied']);
    delete severities['NamespaceLifecycleConflict'];
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'web' });
  }
  const deleting = async () => {
    const { status } = await scene.stored();
    return status?.conditions?.find(({ type }) => type === 'Deleting');
  };

  it('is blocked as long as another deployment is applied in it', async () => {
    await applied('owned');
    await scene.reconcile();
    const { reason, message } = (await deleting()) ?? {};
    assert.equal(reason, 'NamespaceLifecycleConflict');
    assert.match(message ?? '', /Namespace shop on a, b would be deleted with this deployment/);
    assert.equal((await scene.replicaSets()).length, 2);
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    for (let count = 0; count < 4; count += 1) {
      await scene.reconcile('api');
      await scene.reconcile();
    }
    assert.deepEqual(await scene.replicaSets(), []);
  });

  it('waits until the cache has a deployment that another leader has applied in it', async () => {
    await applied('owned');
    scene.restart();
    const show = hide(scene.caches.deployments, 'api');
    for (let count = 0; count < 2; count += 1) {
      assert.deepEqual(await scene.reconcile(), { backoff: { fromMs: 500, toMs: 10_000 } });
      assert.equal((await deleting())?.reason, 'CachesNotCurrent');
      assert.doesNotMatch((await deleting())?.message ?? '', /api/);
    }
    assert.equal((await scene.replicaSets()).length, 2);
    show();
    await scene.reconcile();
    assert.equal((await deleting())?.reason, 'NamespaceLifecycleConflict');
  });

  it('is evaluated with what a new leader lists, although its cache lacks it', async () => {
    await applied('owned');
    const [web] = scene.caches.replicaSets.byIndex('deployment', 'team/web');
    hide(scene.caches.replicaSets, web?.metadata.name ?? '');
    scene.restart();
    await scene.reconcile();
    assert.equal((await deleting())?.reason, 'NamespaceLifecycleConflict');
    assert.equal((await scene.replicaSets()).length, 2);
  });

  it('is not blocked by a deployment that is being deleted too', async () => {
    await applied('owned');
    await scene.client.delete(workloadDeployments, { namespace: 'team', name: 'api' });
    await scene.reconcile();
    assert.equal((await deleting())?.reason, 'Removing');
  });

  it('is not blocked if the namespace is not deleted with it', async () => {
    await applied('guest');
    await scene.reconcile();
    assert.equal((await deleting())?.reason, 'Removing');
  });

  it('is not blocked if the rule is acknowledged', async () => {
    await applied('owned', { 'spectrocloud.com/acknowledge': 'NamespaceLifecycleConflict' });
    await scene.reconcile();
    assert.equal((await deleting())?.reason, 'Removing');
  });
});
