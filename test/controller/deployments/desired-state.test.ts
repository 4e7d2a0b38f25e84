import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import type { ObservedState } from '../../../src/controller/deployments/observed-state.ts';
import {
  stateAfter,
  droppedStates,
  desiredState,
  withoutNamespace,
  type Rendered,
} from '../../../src/controller/deployments/desired-state.ts';
import type { HubObject } from '../../../src/domain/render/hub-objects.ts';
import { deploymentsScene, heldDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { aReplicaSet, renderedWork } from '../../support/hub-objects.ts';
import { guest, owned } from '../../support/lifecycle-topology.ts';

const namespaceOf = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const workloadIn = (namespace: string): JsonObject => ({
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Workload',
  metadata: { namespace, name: 'web' },
});

/** A set as a render has it, on the hub. */
const setOf = (name: string, manifests: JsonObject[]): HubObject => ({
  ...renderedWork({ name, manifests }),
  apiVersion: 'work.open-cluster-management.io/v1alpha1',
  kind: 'ManifestWorkReplicaSet',
  metadata: { name, namespace: 'hub', labels: {}, annotations: {} },
});

function rendered(...objects: HubObject[]): Rendered {
  const reference = { namespace: 'team', name: 'primary', revision: 1 };
  const render = { ok: true as const, objects, lifecycle: guest, placementRefs: [], warnings: [] };
  return { state: 'resolved', environment: reference, workloadProfile: { ...reference, name: 'web' }, render };
}

const present = (environment: string): ObservedState => ({
  state: { namespace: 'shop', workloadName: 'web', lifecycle: owned, clusters: ['x'] },
  environment,
  orphanUnconfirmedOn: [],
  ownedOn: [],
});

describe('what a deployment is to have', () => {
  let scene: DeploymentsScene;
  before(async () => {
    scene = await deploymentsScene({ primary: environmentSpec() }, [heldDeployment()], { selected: ['a', 'b'] });
  });
  after(() => scene.stop());

  const wanted = (render: Rendered, applied: ObservedState[] = []) =>
    desiredState(heldDeployment(), render, applied, scene.caches);

  it('is where its Environment selects, and where it is already as long as that is of the same Environment', () => {
    const render = rendered(setOf('web', [namespaceOf('shop'), workloadIn('shop')]));
    assert.deepEqual(wanted(render).main, {
      namespace: 'shop',
      workloadName: 'web',
      lifecycle: owned,
      clusters: ['a', 'b'],
    });
    assert.deepEqual(wanted(render, [present('team/primary')]).main.clusters, ['x']);
    assert.deepEqual(wanted(render, [present('team/other')]).main.clusters, ['a', 'b']);
  });

  it('is nowhere known where there is no such Environment', () => {
    const render = rendered(setOf('web', [workloadIn('shop')]));
    const elsewhere = { ...render, environment: { ...render.environment, name: 'missing' } };
    assert.equal('clusters' in wanted(elsewhere).main, false);
  });

  it('has its Workload where the topology puts it, else where it asks for', () => {
    const moved = wanted(rendered(setOf('web', [namespaceOf('stage-shop'), workloadIn('stage-shop')])));
    assert.equal(moved.main.namespace, 'stage-shop');
    const unpacked = wanted(rendered(setOf('web', [namespaceOf('data')])));
    assert.deepEqual([unpacked.main.namespace, unpacked.main.lifecycle], ['shop', guest]);
    assert.deepEqual([...unpacked.byNamespace.keys()], ['data', 'shop']);
  });

  it('tells what becomes of what is there: the same, the move of a Workload, or nothing', () => {
    const next = wanted(rendered(setOf('web', [namespaceOf('store'), workloadIn('store')])));
    const observed = { namespace: 'shop', workloadName: 'web', lifecycle: owned, clusters: ['a'] };
    assert.equal(stateAfter({ ...observed, namespace: 'store' }, next), next.main);
    assert.equal(stateAfter(observed, next), next.main);
    assert.deepEqual(
      stateAfter({ ...observed, workloadName: '' }, next),
      withoutNamespace({ ...observed, workloadName: '' }),
    );
    assert.deepEqual(withoutNamespace(observed).lifecycle, guest);
  });

  it('tells of namespaces that leave one of several works, and of none that leave all of them', () => {
    const setIn = (name: string, manifests: JsonObject[]) => ({
      ...aReplicaSet(name),
      spec: { ...aReplicaSet(name).spec, ...JSON.parse(JSON.stringify(setOf(name, manifests))).spec },
    });
    const both = ['one', 'two'].map((name) => setIn(name, [namespaceOf('shop'), namespaceOf('data')]));
    const next = rendered(setOf('one', [namespaceOf('shop'), workloadIn('shop')]), setOf('two', [workloadIn('shop')]));
    const dropped = droppedStates(both, next, wanted(next), scene.caches);
    assert.deepEqual(
      dropped.map(({ namespace, workloadName, lifecycle }) => [namespace, workloadName, lifecycle]),
      [['shop', '', owned]],
    );
    const gone = rendered(setOf('one', [namespaceOf('shop'), workloadIn('shop')]));
    assert.deepEqual(
      droppedStates(both, gone, wanted(gone), scene.caches),
      [],
      'a set that goes is judged when it does',
    );
  });
});
