import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { appliedStates } from '../../../src/controller/deployments/observed-state.ts';
import {
  stateAfter,
  droppedStates,
  desiredState,
  withoutNamespace,
  type Rendered,
} from '../../../src/controller/deployments/desired-state.ts';
import type { ObservedState } from '../../../src/domain/spoke/from-replica-sets.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { guest, owned } from '../../support/lifecycle-topology.ts';
import { namespaceOf, rendered, setOf, workloadIn } from '../../support/rendered-sets.ts';

const present = (environment: string): ObservedState => ({
  state: { namespace: 'shop', workloadName: 'web', lifecycle: owned, clusters: ['x'] },
  environment,
  orphanUnconfirmedOn: [],
  ownedOn: [],
});

describe('the desired state of a deployment', () => {
  let scene: DeploymentsScene;
  before(async () => {
    scene = await deploymentsScene({ primary: environmentSpec() }, [finalizedDeployment()], { selected: ['a', 'b'] });
  });
  after(() => scene.stop());

  const desired = (render: Rendered, observed: ObservedState[] = []) =>
    desiredState({ deployment: finalizedDeployment(), rendered: render, observed }, scene.caches);

  it('is on the clusters that its Environment selects, or on its current ones if the Environment stays the same', () => {
    const render = rendered(setOf('web', [namespaceOf('shop'), workloadIn('shop')]));
    assert.deepEqual(desired(render).main, {
      namespace: 'shop',
      workloadName: 'web',
      lifecycle: owned,
      clusters: ['a', 'b'],
    });
    assert.deepEqual(desired(render, [present('team/primary')]).main.clusters, ['x']);
    assert.deepEqual(desired(render, [present('team/other')]).main.clusters, ['a', 'b']);
  });

  it('has no known clusters if the Environment does not exist', () => {
    const render = rendered(setOf('web', [workloadIn('shop')]));
    const elsewhere = { ...render, environment: { ...render.environment, name: 'missing' } };
    assert.equal('clusters' in desired(elsewhere).main, false);
  });

  it('has the Workload in the namespace that the topology renders, or else in the one that the spec names', () => {
    const moved = desired(rendered(setOf('web', [namespaceOf('stage-shop'), workloadIn('stage-shop')])));
    assert.equal(moved.main.namespace, 'stage-shop');
    const unpacked = desired(rendered(setOf('web', [namespaceOf('data')])));
    assert.deepEqual([unpacked.main.namespace, unpacked.main.lifecycle], ['shop', guest]);
    assert.deepEqual([...unpacked.byNamespace.keys()], ['data', 'shop']);
  });

  it('replaces an observed state by that of the same namespace, by the move of its Workload, or by one without a namespace', () => {
    const next = desired(rendered(setOf('web', [namespaceOf('store'), workloadIn('store')])));
    const observed = { namespace: 'shop', workloadName: 'web', lifecycle: owned, clusters: ['a'] };
    assert.equal(stateAfter({ ...observed, namespace: 'store' }, next), next.main);
    assert.equal(stateAfter(observed, next), next.main);
    assert.deepEqual(
      stateAfter({ ...observed, workloadName: '' }, next),
      withoutNamespace({ ...observed, workloadName: '' }),
    );
    assert.deepEqual(withoutNamespace(observed).lifecycle, guest);
  });

  it('reports namespaces that one of several ManifestWorkReplicaSets drops, but not those that all of them drop', () => {
    const setIn = (name: string, manifests: JsonObject[]) => ({
      ...aReplicaSet(name),
      spec: { ...aReplicaSet(name).spec, ...JSON.parse(JSON.stringify(setOf(name, manifests))).spec },
    });
    const both = appliedStates(
      ['one', 'two'].map((name) => setIn(name, [namespaceOf('shop'), namespaceOf('data')])),
      scene.caches,
    );
    const next = rendered(setOf('one', [namespaceOf('shop'), workloadIn('shop')]), setOf('two', [workloadIn('shop')]));
    const dropped = droppedStates(both, next, desired(next));
    assert.deepEqual(
      dropped.map(({ namespace, workloadName, lifecycle }) => [namespace, workloadName, lifecycle]),
      [['shop', '', owned]],
    );
    const withoutTwo = rendered(setOf('one', [namespaceOf('shop'), workloadIn('shop')]));
    assert.deepEqual(
      droppedStates(both, withoutTwo, desired(withoutTwo)),
      [],
      'a pruned ManifestWorkReplicaSet is evaluated when it is pruned',
    );
  });
});
