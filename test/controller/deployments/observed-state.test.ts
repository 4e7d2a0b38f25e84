import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import {
  manifestWorkReplicaSets,
  manifestWorks,
  placements,
  type ManifestWork,
  type ManifestWorkReplicaSet,
} from '../../../src/api/ocm.ts';
import {
  observedStates,
  clustersOf,
  ownedClusters,
  orphanUnconfirmedClusters,
  workloadNameIn,
} from '../../../src/controller/deployments/observed-state.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { aReplicaSet, aWork, renderedWork } from '../../support/hub-objects.ts';
import { guest, kept, owned } from '../../support/lifecycle-topology.ts';
import { aPlacement } from '../../support/placements.ts';

const namespaceOf = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const workload: JsonObject = {
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Workload',
  metadata: { namespace: 'shop', name: 'cart' },
};
const keepingAll = { propagationPolicy: 'Orphan' };

/** A set with manifests of its own. */
function setOf(
  name: string,
  manifests: JsonObject[],
  options: { deleteOption?: JsonObject; going?: boolean; environment?: string } = {},
): ManifestWorkReplicaSet {
  const { deleteOption, going = false, environment = 'team/primary@v3' } = options;
  const rendered = renderedWork({ name, manifests, ...(deleteOption === undefined ? {} : { deleteOption }) });
  const bare = aReplicaSet(name);
  return {
    ...bare,
    metadata: {
      ...bare.metadata,
      annotations: { 'spectrocloud.com/environment': environment },
      ...(going ? { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] } : {}),
    },
    spec: { ...bare.spec, ...JSON.parse(JSON.stringify(rendered['spec'])) },
  };
}

/** The work of a set on a cluster. */
function workOf(
  { metadata, spec }: ManifestWorkReplicaSet,
  cluster: string,
  orphanUnconfirmedOn = false,
): ManifestWork {
  const bare = aWork(cluster, orphanUnconfirmedOn ? { applied: 'never' } : {});
  const labels = { 'work.open-cluster-management.io/manifestworkreplicaset': `hub.${metadata.name}` };
  return { ...bare, metadata: { ...bare.metadata, name: metadata.name, labels }, spec: spec.manifestWorkTemplate };
}

describe('what works do on the spokes', () => {
  let scene: ControllerScene;
  const main = setOf('main', [namespaceOf('shop'), workload]);
  const more = setOf('more', [namespaceOf('data'), namespaceOf('shop')], { deleteOption: keepingAll });
  const bare = setOf('bare', [workload], { environment: 'team/other@v1' });
  const going = setOf('going', [namespaceOf('shop')], { going: true });
  const unplaced = setOf('unplaced', [namespaceOf('shop')]);

  before(async () => {
    const works = [
      workOf(main, 'a'),
      workOf(main, 'b', true),
      workOf(more, 'c'),
      workOf(bare, 'd'),
      workOf(going, 'e'),
    ];
    const placement = aPlacement({ name: 'web' });
    scene = await controllerScene([
      ...[main, more, bare, unplaced].map((set): [typeof manifestWorkReplicaSets, ManifestWorkReplicaSet] => [
        manifestWorkReplicaSets,
        set,
      ]),
      ...works.map((work): [typeof manifestWorks, ManifestWork] => [manifestWorks, work]),
      [placements, { ...placement, metadata: { ...placement.metadata, namespace: 'hub', name: 'web' } }],
    ]);
  });
  after(() => scene.stop());

  it('is told for each namespace: what becomes of it, where, and where that waits', () => {
    assert.deepEqual(observedStates([main], scene.caches), [
      {
        state: { namespace: 'shop', workloadName: 'cart', lifecycle: owned, clusters: ['a', 'b'] },
        environment: 'team/primary',
        orphanUnconfirmedOn: ['a', 'b'],
        ownedOn: ['a'],
      },
    ]);
  });

  it('is told of all works that hold a namespace together, and of a namespace without a Workload too', () => {
    const found = observedStates([main, more], scene.caches);
    assert.deepEqual(
      found.map(({ state, ownedOn }) => [state.namespace, state.workloadName, state.clusters, ownedOn]),
      [
        ['data', '', ['c'], []],
        ['shop', 'cart', ['a', 'b', 'c'], ['a']],
      ],
    );
    assert.deepEqual(found[0]?.state.lifecycle?.spokeNamespace, kept.spokeNamespace);
    assert.deepEqual(found[1]?.state.lifecycle?.spokeNamespace, owned.spokeNamespace, 'one of them takes it along');
  });

  it('is not heard of where an agent has not looked at what keeps the namespace', () => {
    assert.deepEqual(orphanUnconfirmedClusters('data', [more], scene.caches), []);
    assert.deepEqual(orphanUnconfirmedClusters('shop', [main, more], scene.caches), ['a', 'b'], 'one of them owns it');
  });

  it('owns nothing where it finds the namespace', () => {
    const [found] = observedStates([bare], scene.caches);
    assert.deepEqual([found?.state.lifecycle, found?.ownedOn, found?.environment], [guest, [], 'team/other']);
  });

  it('owns nothing for long where it is on its way out', () => {
    assert.deepEqual(ownedClusters('shop', [going, main], scene.caches), ['a']);
  });

  it('is unknown as long as works are still to be made', async () => {
    const selecting = { status: { numberOfSelectedClusters: 1 } };
    await scene.client.patch(placements, { namespace: 'hub', name: 'web' }, selecting, { subresource: 'status' });
    await scene.caughtUp();
    assert.equal(clustersOf([unplaced], scene.caches), undefined);
    assert.deepEqual(clustersOf([], scene.caches), []);
  });

  it('bears the name of the first Workload in a namespace', () => {
    assert.equal(workloadNameIn([more, main], 'shop'), 'cart');
    assert.equal(workloadNameIn([more, main], 'data'), '');
  });
});
