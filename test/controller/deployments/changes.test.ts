import assert from 'node:assert/strict';
import { environments } from '../../../src/api/kinds.ts';
import type { JsonObject } from '../../../src/api/object.ts';
import { changesOfApply, changesOfPrune, type ApplyWrite } from '../../../src/controller/deployments/changes.ts';
import type { Rendered } from '../../../src/controller/deployments/desired-state.ts';
import type { AppliedReplicaSet } from '../../../src/domain/spoke/from-replica-sets.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { editedEnvironment, environmentSpec } from '../../support/environment-edits.ts';
import { aReplicaSet, aWork } from '../../support/hub-objects.ts';
import { guest, owned } from '../../support/lifecycle-topology.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import { namespaceOf, rendered, setOf, workloadIn } from '../../support/rendered-sets.ts';

const inShop = [namespaceOf('shop'), workloadIn('shop')];
const inStore = [namespaceOf('store'), workloadIn('store')];

/** The applied states, on clusters where every agent has applied them. */
function applied(name: string, manifests: JsonObject[], options: Partial<AppliedReplicaSet> & { on: string[] }) {
  const { on, ...rest } = options;
  const bare = aReplicaSet(name);
  const spec = { ...bare.spec, ...JSON.parse(JSON.stringify(setOf(name, manifests))).spec };
  const manifestWorks = on.map((cluster) => ({ ...aWork(cluster), spec: spec.manifestWorkTemplate }));
  const state: AppliedReplicaSet = {
    replicaSet: { ...bare, spec },
    environment: 'team/primary',
    manifestWorks,
    placements: [],
    ...rest,
  };
  return state;
}

const deployment = placedDeployment();
const ownedIn = (namespace: string, clusters: string[]) => ({
  namespace,
  workloadName: 'web',
  lifecycle: owned,
  clusters,
});

describe('what a write does on the spokes', () => {
  let scene: ControllerScene;
  before(async () => {
    const { live } = editedEnvironment([environmentSpec()], { selected: ['c'] });
    scene = await controllerScene([[environments, live]]);
  });
  after(() => scene.stop());

  const ofApply = (
    render: Rendered,
    replicaSets: AppliedReplicaSet[],
    write: Partial<Pick<ApplyWrite, 'replacesReplicaSets' | 'changesSelection' | 'reach'>> = {},
  ) =>
    changesOfApply(
      { deployment, rendered: render, replacesReplicaSets: false, changesSelection: false, reach: 'same', ...write },
      replicaSets,
      scene.caches,
    );

  describe('which clusters OCM may select for it', () => {
    const reached = (replicaSets: AppliedReplicaSet[], reach: ApplyWrite['reach'], revision?: number) => {
      const render = rendered(setOf('web', inShop));
      const environment = { ...render.environment, ...(revision === undefined ? {} : { revision }) };
      return ofApply({ ...render, environment }, replicaSets, { reach }).map(
        ({ mayReachOtherClusters = false }) => mayReachOtherClusters,
      );
    };

    it('is not known if Placements change, or if they are those of another Environment', () => {
      assert.deepEqual(reached([applied('web', inShop, { on: ['a'] })], 'same'), [false]);
      assert.deepEqual(reached([applied('web', inShop, { on: ['a'] })], 'changed'), [true]);
      const moved = applied('web', inShop, { on: ['a'], environment: 'team/other' });
      assert.deepEqual(reached([moved], 'same'), [true]);
    });

    it('is not known for a new one if others may edit its Placements', () => {
      assert.deepEqual(reached([], 'new'), [true]);
      assert.deepEqual(reached([], 'same'), [false]);
    });

    it('is known for a new one if the status of its Environment is about its revision', () => {
      const placement = {
        apiVersion: 'cluster.open-cluster-management.io/v1beta1',
        kind: 'Placement',
        metadata: { name: 'p', namespace: 'hub' },
        spec: {},
      };
      const base = rendered(setOf('web', inShop));
      const [set] = base.render.objects;
      assert.ok(set !== undefined);
      const withPlacement = (revision: number, spec: JsonObject = {}): Rendered => ({
        ...base,
        environment: { ...base.environment, revision },
        render: {
          ...base.render,
          objects: [
            Object.assign({}, placement, { metadata: { ...set.metadata, name: 'p' }, spec }),
            Object.assign({}, set, { spec: { placementRefs: [{ name: 'p' }] } }),
          ],
        },
      });
      const isUnknown = (render: Rendered) =>
        ofApply(render, [], { reach: 'new' }).some((change) => change.mayReachOtherClusters);
      assert.equal(isUnknown(withPlacement(1)), false);
      assert.equal(isUnknown(withPlacement(2)), true, 'another revision');
      assert.equal(
        isUnknown({ ...withPlacement(1), environment: { ...base.environment, name: 'missing', revision: 1 } }),
        true,
      );
    });
  });

  describe('when a render is applied', () => {
    it('is an addition on the selected clusters if nothing is applied', () => {
      assert.deepEqual(ofApply(rendered(setOf('web', inShop)), []), [
        {
          desired: ownedIn('shop', ['c']),
          orphanUnconfirmedOn: [],
          placement: { kind: 'same' },
          replacesReplicaSets: false,
        },
      ]);
    });

    it('is a change of the observed state in the same namespace', () => {
      const changes = ofApply(rendered(setOf('web', inShop)), [applied('web', inShop, { on: ['a'] })], {
        replacesReplicaSets: true,
      });
      assert.deepEqual(changes, [
        {
          observed: ownedIn('shop', ['a']),
          desired: ownedIn('shop', ['a']),
          orphanUnconfirmedOn: ['a'],
          placement: { kind: 'same' },
          replacesReplicaSets: true,
        },
      ]);
    });

    it('is a change to the namespace that the Workload moves to', () => {
      const [change, ...others] = ofApply(rendered(setOf('web', inStore)), [applied('web', inShop, { on: ['a'] })]);
      assert.deepEqual([change?.observed, change?.desired], [ownedIn('shop', ['a']), ownedIn('store', ['a'])]);
      assert.deepEqual(others, [], 'the namespace that it moves to is no addition');
    });

    it('ignores terminating ManifestWorkReplicaSets', () => {
      const present = applied('web', inShop, { on: ['a'] });
      const { metadata } = present.replicaSet;
      const replicaSet = {
        ...present.replicaSet,
        metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
      };
      const changes = ofApply(rendered(setOf('web', inShop)), [{ ...present, replicaSet }]);
      assert.deepEqual(
        changes.map(({ observed }) => observed),
        [undefined],
      );
    });

    it('is a loss of the namespace if one of several ManifestWorkReplicaSets drops it', () => {
      const both = ['one', 'two'].map((name, index) => applied(name, inShop, { on: [`${index}`] }));
      const changes = ofApply(rendered(setOf('one', inShop), setOf('two', [workloadIn('shop')])), both);
      assert.deepEqual(
        changes.map(({ observed, desired }) => [observed?.clusters, desired?.lifecycle]),
        [
          [['0', '1'], owned],
          [['1'], guest],
        ],
      );
    });

    const moves: { environment: string; changesSelection: boolean; selected?: string[]; why: string }[] = [
      {
        environment: 'team/other',
        changesSelection: true,
        selected: ['c'],
        why: 'the clusters of the new Environment are selected',
      },
      { environment: 'team/other', changesSelection: false, why: 'the Placement stays the same' },
      {
        environment: 'team/primary',
        changesSelection: true,
        why: 'OCM decides what an edited Placement of the same Environment selects',
      },
    ];
    for (const { environment, changesSelection, selected, why } of moves) {
      it(`${selected === undefined ? 'keeps' : 'changes'} the selection from ${environment}: ${why}`, () => {
        const present = applied('web', inShop, { on: ['a'], environment });
        const [change] = ofApply(rendered(setOf('web', inShop)), [present], { changesSelection });
        assert.deepEqual(change?.placement, { kind: selected === undefined ? 'same' : 'changes' });
        assert.deepEqual(change.selected, selected);
      });
    }
  });

  describe('when replaced ManifestWorkReplicaSets are pruned', () => {
    const ofPrune = (render: Rendered, replaced: AppliedReplicaSet[]) =>
      changesOfPrune({ deployment, rendered: render, selected: ['b'] }, replaced, scene.caches);

    it('removes the deployment from clusters that are not selected, and uses the lifecycle of the replacements', () => {
      const replacement = rendered(setOf('new', [workloadIn('shop')]));
      assert.deepEqual(ofPrune(replacement, [applied('old', inShop, { on: ['a'] })]), [
        {
          observed: ownedIn('shop', ['a']),
          desired: { ...ownedIn('shop', ['a']), lifecycle: guest },
          orphanUnconfirmedOn: ['a'],
          placement: { kind: 'changes' },
          selected: ['b'],
          replacesReplicaSets: true,
        },
      ]);
    });

    it('leads to the namespace that the Workload moves to', () => {
      const [change] = ofPrune(rendered(setOf('new', inStore)), [applied('old', inShop, { on: ['a'] })]);
      assert.equal(change?.desired?.namespace, 'store');
    });
  });
});
