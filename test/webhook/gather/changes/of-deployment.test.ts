import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import type { WorkloadDeployment } from '../../../../src/api/workload-deployment.ts';
import type { SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';
import { changesOfDeployment, metadataChangeOf } from '../../../../src/webhook/gather/changes/of-deployment.ts';
import {
  affectedChangesOf,
  changeSourcesOf,
  deploymentChangeOf,
  keysOf,
  stateWith,
} from '../../../support/change-gathering.ts';
import { lifecycles } from '../../../support/deployment-changes.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../../support/environment-edits.ts';
import { factsOf } from '../../../support/facts.ts';
import { placedDeployment } from '../../../support/placed-deployment.ts';

const { owner, keeper, guest } = lifecycles;

const withProfile = (object: WorkloadDeployment, name: string): WorkloadDeployment => ({
  ...object,
  spec: { ...object.spec, workloadProfileRef: { name } },
});

describe('the change of a deployment', () => {
  const primary = editedEnvironment([environmentSpec({ lifecycle: owner })], { selected: ['b', 'a'] });

  it('of a new one is what its Environment renders, on the clusters that the Environment selects', async () => {
    const { observed, desired, replacesReplicaSets, placement } = await deploymentChangeOf(primary.objects, {
      object: placedDeployment(),
    });
    assert.deepEqual({ observed, desired }, { observed: undefined, desired: stateWith(owner, ['a', 'b']) });
    assert.deepEqual({ replacesReplicaSets, placement }, { replacesReplicaSets: false, placement: { kind: 'same' } });
  });

  const unknown: { why: string; objects: KubeObject[]; expected: SpokeState }[] = [
    {
      why: 'the Environment selects no cluster yet',
      objects: editedEnvironment([environmentSpec({ lifecycle: keeper })]).objects,
      expected: stateWith(keeper),
    },
    { why: 'the Environment does not exist yet', objects: [], expected: stateWith(undefined) },
    {
      why: 'its topology does not exist yet',
      objects: editedEnvironment([environmentSpec({ topology: { type: 'edge' } })], { selected: ['a'] }).objects,
      expected: stateWith(undefined, ['a']),
    },
    {
      why: 'its topology does not render',
      objects: editedEnvironment([
        environmentSpec({ topology: { type: 'topology-ocm', properties: { broken: true } } }),
      ]).objects,
      expected: stateWith(undefined),
    },
  ];
  it('may lead to other clusters unless the status of its Environment is about what the deployment gets', async () => {
    const placement = { predicates: [] };
    const all = environmentSpec({ lifecycle: owner, placement });
    const reach = async (objects: KubeObject[], request: Parameters<typeof deploymentChangeOf>[1]) => {
      const { mayReachOtherClusters = false, selections } = await deploymentChangeOf(objects, request);
      return [mayReachOtherClusters, selections];
    };
    const object = placedDeployment();
    const current = editedEnvironment([all], { selected: ['a', 'b'] });
    assert.deepEqual(await reach(current.objects, { object }), [false, undefined]);
    const stale = editedEnvironment([all], { selected: ['a', 'b'], isEvaluated: false });
    assert.deepEqual(await reach(stale.objects, { object }), [true, [placement]], 'it was evaluated before the edit');
    assert.equal((await reach(primary.objects, { object }))[0], true, 'each deployment gets one of two clusters');
    const oldObject = placedDeployment({ lifecycle: owner, clusters: ['a'], revision: 1 });
    const other = editedEnvironment([all], { name: 'other', selected: ['a', 'b'] });
    const moved = {
      object: { ...oldObject, spec: { ...oldObject.spec, environmentRef: { name: 'other' } } },
      oldObject,
    };
    assert.deepEqual(await reach([...current.objects, ...other.objects], moved), [true, [placement]], 'a move');
    const renamed = {
      object: placedDeployment({ workload: 'new', lifecycle: owner, clusters: ['a'], revision: 1 }),
      oldObject,
    };
    assert.deepEqual(await reach(current.objects, renamed), [false, undefined], 'the placement stays');
  });

  for (const { why, objects, expected } of unknown) {
    it(`omits what is not known: ${why}`, async () => {
      assert.deepEqual((await deploymentChangeOf(objects, { object: placedDeployment() })).desired, expected);
    });
  }

  it('contains the clusters on which orphan: true is not confirmed', async () => {
    const oldObject = placedDeployment({ lifecycle: keeper, clusters: ['a', 'b'], pending: ['b'] });
    assert.deepEqual((await deploymentChangeOf(primary.objects, { oldObject })).orphanUnconfirmedOn, ['b']);
  });

  const idle: { why: string; object: KubeObject; oldObject: KubeObject }[] = [
    {
      why: 'it changes labels',
      oldObject: placedDeployment(),
      object: placedDeployment({ metadata: { labels: { tier: 'front' } } }),
    },
    {
      why: 'it changes the profile while an edit of the Environment is not applied',
      oldObject: placedDeployment({ lifecycle: guest, clusters: ['a'] }),
      object: withProfile(placedDeployment({ lifecycle: guest, clusters: ['a'] }), 'api'),
    },
  ];
  for (const { why, object, oldObject } of idle) {
    it(`is empty if the request does not change its destination: ${why}`, async () => {
      const sources = changeSourcesOf([...primary.objects, oldObject]);
      assert.deepEqual(await changesOfDeployment(factsOf({ object, oldObject }).request, sources), []);
    });
  }

  it('contains the peers in the old and in the new namespace', async () => {
    const oldObject = placedDeployment({ lifecycle: owner, clusters: ['a'] });
    const object = placedDeployment({ spokeNamespace: 'store' });
    const others = [
      placedDeployment({ name: 'left', lifecycle: keeper, clusters: ['c'] }),
      placedDeployment({ name: 'web', namespace: 'other', spokeNamespace: 'store', lifecycle: owner, clusters: ['d'] }),
      placedDeployment({ name: 'terminating', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      placedDeployment({ name: 'elsewhere', spokeNamespace: 'bazaar' }),
    ];
    const { peers } = await deploymentChangeOf([...primary.objects, oldObject, ...others], { object, oldObject });
    assert.deepEqual(keysOf(peers), ['other/web', 'team/left'], 'not itself, and none that is terminating');
    const formerPeer = peers.find(({ name }) => name === 'left');
    assert.deepEqual(formerPeer?.state, {
      namespace: 'shop',
      workloadName: 'left',
      lifecycle: keeper,
      clusters: ['c'],
    });
  });

  it('is a pending move if an earlier request changed the names', async () => {
    const unmoved = placedDeployment({ spokeNamespace: 'store', lifecycle: owner, clusters: ['a'] });
    const oldObject = { ...unmoved, status: { ...unmoved.status, workload: { namespace: 'shop', name: 'web' } } };
    const objects = [...primary.objects, oldObject];
    const isPending = async (object: KubeObject) =>
      (await deploymentChangeOf(objects, { object, oldObject })).isMovePending;
    assert.equal(await isPending(placedDeployment({ spokeNamespace: 'store', environmentRef: 'primary@v1' })), true);
    assert.equal(
      await isPending(placedDeployment({ spokeNamespace: 'bazaar' })),
      undefined,
      'this request changes the names',
    );
    const edited = nextEdit(primary.live, environmentSpec({ lifecycle: keeper }), 9);
    const [affected] = await affectedChangesOf(objects, { object: edited, oldObject: primary.live });
    assert.equal(affected?.isMovePending, true);
  });

  it('of a Workload without a namespace uses the namespace of the deployment', async () => {
    const { spec, ...rest } = placedDeployment();
    const object = { ...rest, spec: { ...spec, workload: { name: 'web' } } };
    assert.equal((await deploymentChangeOf(primary.objects, { object })).desired?.namespace, 'team');
  });

  it('of a deletion has no desired state', async () => {
    const oldObject = placedDeployment({ lifecycle: keeper, clusters: ['a'] });
    const { observed, desired } = await deploymentChangeOf([...primary.objects, oldObject], { oldObject });
    assert.deepEqual([observed, desired], [stateWith(keeper, ['a']), undefined]);
  });

  it('of a deletion has no clusters if the controller has found nothing of it on the hub', async () => {
    const found = async (replicaSets: { namespace: string; name: string }[]) => {
      const { status, ...placed } = placedDeployment({ clusters: [], notApplied: 'OverrideTypeDiffers', revision: 1 });
      const oldObject = { ...placed, status: { ...status, replicaSets } };
      return (await deploymentChangeOf([...primary.objects, oldObject], { oldObject })).observed?.clusters;
    };
    assert.deepEqual(await found([]), []);
    assert.deepEqual(await found([{ namespace: 'hub', name: 'web' }]), ['a', 'b'], 'it may be on its way there');
  });

  it('of a deletion does not contain peers of the same terminating namespace', async () => {
    const oldObject = placedDeployment({ lifecycle: owner, clusters: ['a'] });
    const peers = [
      placedDeployment({ name: 'api', lifecycle: guest, clusters: ['a'] }),
      placedDeployment({ namespace: 'other', lifecycle: guest, clusters: ['a'] }),
    ];
    const keysIf = async (terminating: boolean) => {
      const namespaceState = () => Promise.resolve({ labels: {}, terminating });
      const sources = changeSourcesOf([...primary.objects, oldObject, ...peers], { namespaceState });
      const changes = await changesOfDeployment(factsOf({ oldObject }).request, sources);
      return keysOf(changes.flatMap((change) => change.peers));
    };
    assert.deepEqual(await keysIf(false), ['other/web', 'team/api']);
    assert.deepEqual(await keysIf(true), ['other/web']);
  });
});

describe('the change of a deployment with another ref', () => {
  const byPlacement = (numberOfClusters: number) =>
    environmentSpec({ lifecycle: owner, placement: { numberOfClusters } });
  const history = editedEnvironment([environmentSpec({ lifecycle: keeper }), environmentSpec({ lifecycle: guest })], {
    selected: ['a', 'b'],
  });

  it('starts from the revision that was used, not from the newest', async () => {
    const oldObject = placedDeployment({ environmentRef: 'primary@v1' });
    const object = placedDeployment({ environmentRef: 'primary@v2' });
    const { observed, desired, replacesReplicaSets } = await deploymentChangeOf([...history.objects, oldObject], {
      object,
      oldObject,
    });
    assert.deepEqual([observed?.lifecycle, desired?.lifecycle, replacesReplicaSets], [keeper, guest, false]);
  });

  it('starts from the revision that is applied, if a floating ref resolves to a newer one', async () => {
    const oldObject = placedDeployment({ environmentRef: 'primary', revision: 1 });
    const object = placedDeployment({ environmentRef: 'primary@v2' });
    const { observed, desired } = await deploymentChangeOf([...history.objects, oldObject], { object, oldObject });
    assert.deepEqual([observed?.lifecycle, desired?.lifecycle], [keeper, guest]);
  });

  it('keeps its clusters if the Environment is the same', async () => {
    const oldObject = placedDeployment({
      environmentRef: 'primary@v1',
      lifecycle: keeper,
      clusters: ['z'],
      revision: 1,
    });
    const object = placedDeployment({ environmentRef: 'primary@v2' });
    const { desired } = await deploymentChangeOf(history.objects, { object, oldObject });
    assert.deepEqual(desired?.clusters, ['z']);
  });

  it('contains the clusters that it is leaving, if OCM may select them again', async () => {
    const leavingOf = async (ref: string, options: { selected: string[]; isEvaluated: boolean }) => {
      const prod = editedEnvironment([byPlacement(2)], { name: 'prod', ...options });
      const { status, ...placed } = placedDeployment({
        environmentRef: 'primary@v1',
        lifecycle: keeper,
        clusters: ['a'],
        revision: 1,
      });
      const oldObject = { ...placed, status: { ...status, leavingClusters: ['c', 'd'] } };
      const object = placedDeployment({ environmentRef: ref });
      return (await deploymentChangeOf([...history.objects, ...prod.objects], { object, oldObject })).leaving;
    };
    assert.deepEqual(await leavingOf('prod', { selected: ['d', 'e'], isEvaluated: true }), ['d']);
    assert.deepEqual(await leavingOf('prod', { selected: ['d', 'e'], isEvaluated: false }), ['c', 'd'], 'not known');
    assert.equal(await leavingOf('prod', { selected: ['e', 'f'], isEvaluated: true }), undefined);
  });

  const moves: {
    why: string;
    specs: [number, number];
    isEvaluated: boolean;
    ref: string;
    selected: string[] | undefined;
  }[] = [
    {
      why: 'they were selected for its newest revision',
      specs: [1, 3],
      isEvaluated: true,
      ref: 'prod',
      selected: ['c', 'd'],
    },
    {
      why: 'they were selected for an older revision',
      specs: [1, 3],
      isEvaluated: false,
      ref: 'prod',
      selected: undefined,
    },
    {
      why: 'they were selected for another revision',
      specs: [1, 3],
      isEvaluated: true,
      ref: 'prod@v1',
      selected: undefined,
    },
    {
      why: 'each deployment gets only one of them',
      specs: [3, 1],
      isEvaluated: true,
      ref: 'prod',
      selected: undefined,
    },
  ];
  for (const { why, specs, isEvaluated, ref, selected } of moves) {
    it(`${selected === undefined ? 'does not contain' : 'contains'} the clusters of another Environment: ${why}`, async () => {
      const prod = editedEnvironment(specs.map(byPlacement), { name: 'prod', selected: ['c', 'd'], isEvaluated });
      const oldObject = placedDeployment({
        environmentRef: 'primary@v1',
        lifecycle: keeper,
        clusters: ['a'],
        revision: 1,
      });
      const object = placedDeployment({ environmentRef: ref });
      const change = await deploymentChangeOf([...history.objects, ...prod.objects], { object, oldObject });
      assert.deepEqual(change.selected, selected);
      assert.deepEqual(
        change.desired?.clusters,
        ['c', 'd'],
        'it is assumed to be on these, because it is not placed yet',
      );
    });
  }
});

describe('what a deployment adds to its Namespace', () => {
  const primary = editedEnvironment([environmentSpec({ lifecycle: owner })], { selected: ['a'] });
  const adding = (
    tier: string | undefined,
    options: Parameters<typeof placedDeployment>[0] = {},
  ): WorkloadDeployment => {
    const made = placedDeployment({ lifecycle: owner, clusters: ['a'], ...options });
    const namespaceMetadata = tier === undefined ? {} : { labels: { tier } };
    return { ...made, spec: { ...made.spec, workload: { ...made.spec.workload, namespaceMetadata } } };
  };
  const cart = adding('silver', { name: 'cart' });
  const metadataOf = async (object: WorkloadDeployment, oldObject?: WorkloadDeployment) => {
    const { request } = factsOf({ object, ...(oldObject && { oldObject }) });
    return metadataChangeOf(request, changeSourcesOf([...primary.objects, cart, ...(oldObject ? [oldObject] : [])]));
  };

  it('is in the change of a new one, and in its peers', async () => {
    const objects = [...primary.objects, cart];
    const { namespaceMetadata, peers } = await deploymentChangeOf(objects, { object: adding('gold') });
    assert.deepEqual(namespaceMetadata, { now: new Map([['labels[tier]', 'gold']]), before: new Map() });
    assert.deepEqual(peers[0]?.namespaceMetadata, new Map([['labels[tier]', 'silver']]));
  });

  it('is a change of its own if an edit changes nothing else on the spokes', async () => {
    const [object, oldObject] = [adding('gold'), adding('bronze')];
    assert.deepEqual(
      await changesOfDeployment(factsOf({ object, oldObject }).request, changeSourcesOf(primary.objects)),
      [],
    );
    const found = await metadataOf(object, oldObject);
    assert.deepEqual(found?.namespaceMetadata, {
      now: new Map([['labels[tier]', 'gold']]),
      before: new Map([['labels[tier]', 'bronze']]),
    });
    assert.deepEqual([found?.desired, keysOf(found?.peers ?? [])], [stateWith(owner, ['a']), ['team/cart']]);
  });

  it('is no change of its own in other requests', async () => {
    assert.equal(await metadataOf(adding('gold')), undefined, 'a new deployment');
    assert.equal(await metadataOf(adding('gold'), adding('gold')), undefined, 'an edit of something else');
    assert.equal(await metadataOf(adding(undefined), adding('gold')), undefined, 'its removal');
    assert.equal(await metadataOf(adding('gold'), adding('x', { spokeNamespace: 'other' })), undefined, 'a move');
  });
});
