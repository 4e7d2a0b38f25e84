import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { NamespaceChange } from '../../../src/controller/deployments/changes.ts';
import { enteredNamespaceFacts, enteredNamespaces } from '../../../src/controller/deployments/entered-namespaces.ts';
import { namespaces } from '../../../src/kube/objects/namespaces.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { deploymentChange, peer, spokeState } from '../../support/deployment-changes.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { hubNamespace } from '../../support/hub-namespaces.ts';
import { owned } from '../../support/lifecycle-topology.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';

const stamp = 'spectrocloud.com/allowed-spoke-namespaces';
const stamped = (names: string) => ({ annotations: { [stamp]: names } });
const inShop = (namespace = 'shop') => spokeState('owner', ['a'], { namespace });

describe('the spoke namespaces that a write enters', () => {
  const rows: { why: string; changes: NamespaceChange[]; entered: string[] }[] = [
    { why: 'nothing is applied yet', changes: [deploymentChange({ desired: inShop() })], entered: ['shop'] },
    {
      why: 'it is applied there',
      changes: [deploymentChange({ observed: inShop(), desired: inShop() })],
      entered: [],
    },
    {
      why: 'it moves',
      changes: [deploymentChange({ observed: inShop(), desired: inShop('store') })],
      entered: ['store'],
    },
    {
      why: 'a topology adds one and drops one',
      changes: [
        deploymentChange({ observed: inShop(), desired: inShop() }),
        deploymentChange({ desired: inShop('data') }),
        deploymentChange({
          observed: inShop('old'),
          desired: spokeState('guest', ['a'], { namespace: 'old', workload: '' }),
        }),
      ],
      entered: ['data'],
    },
    {
      why: 'nothing is rendered for it',
      changes: [deploymentChange({ desired: spokeState('guest', ['a'], { workload: '' }) })],
      entered: [],
    },
  ];
  for (const { why, changes, entered } of rows) {
    it(`are ${entered.join() || 'none'}: ${why}`, () => assert.deepEqual(enteredNamespaces(changes), entered));
  }
});

describe('what a deployment may do in them', () => {
  let scene: ControllerScene;
  before(async () => {
    scene = await controllerScene([
      [namespaces, hubNamespace('team', 'shop')],
      [namespaces, hubNamespace('friend', 'shop')],
      [workloadDeployments, placedDeployment({ namespace: 'friend' })],
      [workloadDeployments, placedDeployment({ namespace: 'other', metadata: stamped('shop') })],
      [workloadDeployments, placedDeployment({ namespace: 'squatter' })],
    ]);
  });
  after(() => scene.stop());

  const peersOf = (...hubNamespaces: string[]) =>
    hubNamespaces.map((namespace) => ({ ...peer(inShop()), namespace, name: 'web' }));
  const found = (name: string, hubNamespaces: string[] = [], metadata = {}) =>
    enteredNamespaceFacts(
      placedDeployment({ spokeNamespace: name, metadata }),
      { entered: [name], peers: peersOf(...hubNamespaces) },
      scene.caches,
    );

  it('is decided by the name, by the Namespace on the hub, and by the stamp', () => {
    assert.deepEqual(found('team').missing, []);
    assert.deepEqual(found('shop').missing, []);
    assert.deepEqual(found('granted', [], stamped('granted')).missing, []);
    assert.deepEqual(found('victim', [], stamped('granted')).missing, ['victim']);
  });

  it('is to share them with hub namespaces that list them too, and with deployments that are not allowed there', () => {
    const sharedWith = (...hubNamespaces: string[]) =>
      found('shop', hubNamespaces).shared.map(({ deployment }) => deployment.namespace);
    assert.deepEqual(sharedWith('friend'), []);
    assert.deepEqual(sharedWith('squatter', 'gone'), []);
    assert.deepEqual(sharedWith('friend', 'other'), ['other']);
    assert.equal(found('shop', ['other']).shared[0]?.deployment.visible, false);
  });

  it('is not looked at in a namespace that it may not use', () => {
    assert.deepEqual(found('victim', ['other']).shared, []);
  });
});

describe('a deployment that may not use its spoke namespace', () => {
  let scene: DeploymentsScene;
  const spec = environmentSpec({ lifecycle: owned });
  afterEach(() => scene.stop());

  it('is not applied until the Namespace on the hub lists it', async () => {
    scene = await deploymentsScene({ primary: spec }, [finalizedDeployment({ spokeNamespace: 'victim' })]);
    await scene.reconcile();
    assert.equal(await scene.reason(), 'SpokeNamespaceNotAllowed');
    assert.deepEqual(scene.hubWrites(), []);
    await scene.client.patch(namespaces, { name: 'team' }, hubNamespace('team', 'shop,victim') as never);
    await scene.reconcile();
    assert.equal(await scene.reason(), 'NoClustersSelected');
  });

  it('is not applied in a namespace of the platform, whatever is listed, stamped or acknowledged', async () => {
    const metadata = { annotations: { [stamp]: 'cert-manager', 'spectrocloud.com/acknowledge': 'ProtectedNamespace' } };
    scene = await deploymentsScene({ primary: spec }, [
      finalizedDeployment({ spokeNamespace: 'cert-manager', metadata }),
    ]);
    await scene.reconcile();
    assert.equal(await scene.reason(), 'ProtectedNamespace');
    assert.deepEqual(scene.hubWrites(), []);
  });

  it('keeps what is applied if it moves', async () => {
    scene = await deploymentsScene({ primary: spec }, [finalizedDeployment()]);
    await scene.reconcile();
    await scene.ocm();
    await scene.reconcile();
    assert.equal(await scene.reason(), 'Applied');
    const applied = await scene.replicaSets();
    scene.hubWrites();
    const moved = { workload: { name: 'web', namespace: 'victim' } };
    await scene.client.patch(workloadDeployments, { namespace: 'team', name: 'web' }, { spec: moved });
    await scene.reconcile();
    const { status } = await scene.stored();
    const condition = status?.conditions?.find(({ type }) => type === 'Applied');
    assert.equal(condition?.status, 'False');
    assert.match(
      condition?.message ?? '',
      /may not use spoke namespace victim; .*; the applied objects stay unchanged$/s,
    );
    assert.deepEqual([scene.hubWrites(), await scene.replicaSets()], [[], applied]);
  });

  it('is still edited where it is applied, after the permission is gone', async () => {
    scene = await deploymentsScene({ primary: spec }, [finalizedDeployment()]);
    await scene.reconcile();
    await scene.ocm();
    await scene.reconcile();
    scene.hubWrites();
    await scene.client.patch(namespaces, { name: 'team' }, hubNamespace('team', 'store') as never);
    await scene.client.patch(
      workloadDeployments,
      { namespace: 'team', name: 'web' },
      { spec: { workload: { name: 'web', namespace: 'shop', metadata: { labels: { a: 'b' } } } } },
    );
    await scene.reconcile();
    assert.deepEqual(scene.hubWrites(), ['apply manifestworkreplicasets']);
  });
});
