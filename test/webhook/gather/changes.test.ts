import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import type { WorkloadDeployment } from '../../../src/api/workload-deployment.ts';
import { listedReferrers } from '../../../src/catalog/referrers/listed.ts';
import { peersOf, type DeploymentChange } from '../../../src/domain/spoke/change.ts';
import { createLog } from '../../../src/log.ts';
import { builtinTopologies } from '../../../src/topology/builtin.ts';
import { createTopologyEngine } from '../../../src/topology/engine.ts';
import type { TopologyEngine } from '../../../src/topology/topology-result.ts';
import { createChangeGatherer, type ChangeContext } from '../../../src/webhook/gather/changes.ts';
import { createNameVisibility } from '../../../src/webhook/gather/name-visibility.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../support/environment-edits.ts';
import { factsOf, requestObject } from '../../support/facts.ts';
import { guest, kept, lifecycleTopologies, owned } from '../../support/lifecycle-topology.ts';
import { byop } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import { buildTimeoutMs, cueModule } from '../../topology/cue-module.ts';
import type { SpokeState } from '../../../src/domain/spoke/spoke-state.ts';
import { filesOf } from '../../support/catalog.ts';

const { signal } = new AbortController();

function gathererOf(objects: readonly KubeObject[], over: Partial<ChangeContext> = {}) {
  return createChangeGatherer({
    ...filesOf(objects),
    visibility: createNameVisibility(() => Promise.resolve(true)),
    topologies: lifecycleTopologies().topologies,
    isOffline: true,
    signal,
    ...over,
  });
}

interface Request {
  object?: KubeObject;
  oldObject?: KubeObject;
}

/** The one transition of a request about a deployment. */
async function transitionOf(objects: readonly KubeObject[], request: Request): Promise<DeploymentChange> {
  const transitions = await gathererOf(objects).ofDeployment(factsOf(request).request);
  assert.equal(transitions.length, 1);
  return transitions[0] ?? assert.fail();
}

const ofFollowers = (objects: readonly KubeObject[], request: Request, over?: Partial<ChangeContext>) =>
  gathererOf(objects, over).ofFollowers(factsOf(request).request);

const named = (items: readonly { namespace: string; name: string }[]) =>
  items.map(({ namespace, name }) => `${namespace}/${name}`).toSorted();

const withProfile = (object: WorkloadDeployment, name: string): WorkloadDeployment => ({
  ...object,
  spec: { ...object.spec, workloadProfileRef: { name } },
});

const footprint = (lifecycle: SpokeState['lifecycle'], clusters?: string[]): SpokeState => ({
  namespace: 'shop',
  workloadName: 'web',
  ...(lifecycle === undefined ? {} : { lifecycle }),
  ...(clusters === undefined ? {} : { clusters }),
});

describe('what a request does to a deployment on the spokes', () => {
  const primary = editedEnvironment([environmentSpec({ lifecycle: owned })], { selected: ['b', 'a'] });

  it('is, for a new one, what its Environment renders, on the clusters that it selects', async () => {
    const { observed, desired, replacesReplicaSets, placement } = await transitionOf(primary.objects, {
      object: placedDeployment(),
    });
    assert.deepEqual({ observed, desired }, { observed: undefined, desired: footprint(owned, ['a', 'b']) });
    assert.deepEqual({ replacesReplicaSets, placement }, { replacesReplicaSets: false, placement: { kind: 'same' } });
  });

  const unknown: { why: string; objects: KubeObject[]; after: SpokeState }[] = [
    {
      why: 'an Environment that selects nothing yet may select anything',
      objects: editedEnvironment([environmentSpec({ lifecycle: kept })]).objects,
      after: footprint(kept),
    },
    { why: 'there is no Environment yet', objects: [], after: footprint(undefined) },
    {
      why: 'its topology is not there yet',
      objects: editedEnvironment([environmentSpec({ topology: { type: 'edge' } })], { selected: ['a'] }).objects,
      after: footprint(undefined, ['a']),
    },
    {
      why: 'its topology does not render',
      objects: editedEnvironment([
        environmentSpec({ topology: { type: 'topology-ocm', properties: { broken: true } } }),
      ]).objects,
      after: footprint(undefined),
    },
  ];
  for (const { why, objects, after } of unknown) {
    it(`leaves open what is not known: ${why}`, async () => {
      assert.deepEqual((await transitionOf(objects, { object: placedDeployment() })).desired, after);
    });
  }

  const presents: { why: string; oldObject: KubeObject; before: SpokeState }[] = [
    {
      why: 'the status, whatever the Environment renders by now',
      oldObject: placedDeployment({ lifecycle: kept, clusters: ['z', 'y'] }),
      before: footprint(kept, ['y', 'z']),
    },
    { why: 'a render where the status is silent', oldObject: placedDeployment(), before: footprint(owned, ['a', 'b']) },
    {
      why: 'its lifecycle from the status, and where it is from the Environment until its works are made',
      oldObject: placedDeployment({ lifecycle: kept, clusters: [], notApplied: 'Applying' }),
      before: footprint(kept, ['a', 'b']),
    },
    {
      why: 'nowhere, where no cluster is selected for it',
      oldObject: placedDeployment({ lifecycle: owned, clusters: [], notApplied: 'NoClustersSelected' }),
      before: footprint(owned, []),
    },
    {
      why: 'nowhere, where the controller holds its first write',
      oldObject: placedDeployment({ clusters: [], notApplied: 'WorkloadConflict' }),
      before: footprint(owned, []),
    },
    {
      why: 'what is applied, where the controller holds a later write',
      oldObject: placedDeployment({ lifecycle: owned, clusters: ['z'], notApplied: 'NamespaceWouldBeDeleted' }),
      before: footprint(owned, ['z']),
    },
  ];
  for (const { why, oldObject, before } of presents) {
    it(`takes what goes with a deletion from ${why}`, async () => {
      const transition = await transitionOf([...primary.objects, oldObject], { oldObject });
      assert.deepEqual(transition.observed, before);
      assert.equal(transition.desired, undefined);
    });
  }

  it('tells where what it has is not applied yet', async () => {
    const oldObject = placedDeployment({ lifecycle: kept, clusters: ['a', 'b'], pending: ['b'] });
    assert.deepEqual((await transitionOf(primary.objects, { oldObject })).orphanUnconfirmedOn, ['b']);
  });

  const idle: { why: string; object: KubeObject; oldObject: KubeObject }[] = [
    {
      why: 'labels alone',
      oldObject: placedDeployment(),
      object: placedDeployment({ metadata: { labels: { tier: 'front' } } }),
    },
    {
      why: 'another profile, though an edit of the Environment is not applied yet',
      oldObject: placedDeployment({ lifecycle: guest, clusters: ['a'] }),
      object: withProfile(placedDeployment({ lifecycle: guest, clusters: ['a'] }), 'api'),
    },
  ];
  for (const { why, object, oldObject } of idle) {
    it(`is nothing where the request changes nothing of it: ${why}`, async () => {
      const gatherer = gathererOf([...primary.objects, oldObject]);
      assert.deepEqual(await gatherer.ofDeployment(factsOf({ object, oldObject }).request), []);
    });
  }

  it('names whoever else is or will be in the namespaces that it leaves and enters', async () => {
    const oldObject = placedDeployment({ lifecycle: owned, clusters: ['a'] });
    const object = placedDeployment({ spokeNamespace: 'store' });
    const others = [
      placedDeployment({ name: 'left', lifecycle: kept, clusters: ['c'] }),
      placedDeployment({ name: 'web', namespace: 'other', spokeNamespace: 'store', lifecycle: owned, clusters: ['d'] }),
      placedDeployment({ name: 'going', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      placedDeployment({ name: 'elsewhere', spokeNamespace: 'bazaar' }),
    ];
    const { peers } = await transitionOf([...primary.objects, oldObject, ...others], { object, oldObject });
    assert.deepEqual(named(peers), ['other/web', 'team/left'], 'not itself, nor who is going');
    const left = peers.find(({ name }) => name === 'left');
    assert.deepEqual(left?.state, { namespace: 'shop', workloadName: 'left', lifecycle: kept, clusters: ['c'] });
  });

  it('knows where another one is applied: only there it keeps what it owns', async () => {
    const oldObject = placedDeployment({ lifecycle: owned, clusters: ['a', 'b'] });
    const others = [
      placedDeployment({ name: 'applied', lifecycle: owned, clusters: ['a', 'b'], pending: ['b'] }),
      placedDeployment({ name: 'new' }),
    ];
    const where = async (isOffline: boolean) => {
      const gatherer = gathererOf([...primary.objects, oldObject, ...others], { isOffline });
      const [only] = await gatherer.ofDeployment(factsOf({ oldObject }).request);
      return Object.fromEntries((only?.peers ?? []).map(({ name, appliedOn }) => [name, appliedOn]));
    };
    assert.deepEqual(await where(false), { applied: ['a'], new: [] });
    assert.deepEqual(await where(true), { applied: ['a'], new: undefined }, 'in files a status may be missing');
  });

  it('is where it is applied, and about to be where it asks to be, as long as it is held or cannot be resolved', async () => {
    const status = { workload: { namespace: 'shop', name: 'old' } };
    const moving = placedDeployment({ spokeNamespace: 'store', lifecycle: owned, clusters: ['a'] });
    const oldObject = { ...moving, status: { ...moving.status, ...status } };
    const { observed } = await transitionOf([...primary.objects, oldObject], { oldObject });
    assert.deepEqual([observed?.namespace, observed?.workloadName], ['shop', 'old']);
    for (const spokeNamespace of ['shop', 'store']) {
      const object = placedDeployment({ name: 'new', spokeNamespace });
      const { peers } = await transitionOf([...primary.objects, oldObject], { object });
      const names = peers.map(({ state: its, appliedOn }) => [its.namespace, its.workloadName, appliedOn?.length]);
      assert.deepEqual(names, [
        ['shop', 'old', 1],
        ['store', 'web', 0],
      ]);
    }
  });

  it('meets nobody who is held and nowhere: he waits himself', async () => {
    const held = placedDeployment({ name: 'held', notApplied: 'NamespaceLifecycleConflict', clusters: [] });
    const stuck = placedDeployment({ name: 'stuck', notApplied: 'NamespaceWouldBeDeleted', clusters: ['a'] });
    const object = placedDeployment();
    const { peers } = await transitionOf([...primary.objects, held, stuck], { object });
    assert.deepEqual(named(peers), ['team/stuck']);
  });

  it('knows a move that was asked for before and waits', async () => {
    const waiting = placedDeployment({ spokeNamespace: 'store', lifecycle: owned, clusters: ['a'] });
    const oldObject = { ...waiting, status: { ...waiting.status, workload: { namespace: 'shop', name: 'web' } } };
    const objects = [...primary.objects, oldObject];
    const moving = async (object: KubeObject) => (await transitionOf(objects, { object, oldObject })).isMovePending;
    assert.equal(await moving(placedDeployment({ spokeNamespace: 'store', environmentRef: 'primary@v1' })), true);
    assert.equal(await moving(placedDeployment({ spokeNamespace: 'bazaar' })), undefined, 'this one is asked for now');
    const edited = nextEdit(primary.live, environmentSpec({ lifecycle: kept }), 9);
    const [follower] = await ofFollowers(objects, { object: edited, oldObject: primary.live });
    assert.equal(follower?.isMovePending, true);
  });

  it('takes a Workload without a namespace to be in that of the deployment', async () => {
    const { spec, ...rest } = placedDeployment();
    const object = { ...rest, spec: { ...spec, workload: { name: 'web' } } };
    assert.equal((await transitionOf(primary.objects, { object })).desired?.namespace, 'team');
  });
});

describe('what another ref of a deployment does on the spokes', () => {
  const byPlacement = (numberOfClusters: number) =>
    environmentSpec({ lifecycle: owned, placement: { numberOfClusters } });
  const history = editedEnvironment([environmentSpec({ lifecycle: kept }), environmentSpec({ lifecycle: guest })], {
    selected: ['a', 'b'],
  });

  it('is judged against the revision that it leaves, not the newest', async () => {
    const oldObject = placedDeployment({ environmentRef: 'primary@v1' });
    const object = placedDeployment({ environmentRef: 'primary@v2' });
    const { observed, desired, replacesReplicaSets } = await transitionOf([...history.objects, oldObject], {
      object,
      oldObject,
    });
    assert.deepEqual([observed?.lifecycle, desired?.lifecycle, replacesReplicaSets], [kept, guest, false]);
  });

  it('is judged against the revision that is applied, where a following ref has gone on meanwhile', async () => {
    const oldObject = placedDeployment({ environmentRef: 'primary', revision: 1 });
    const object = placedDeployment({ environmentRef: 'primary@v2' });
    const { observed, desired } = await transitionOf([...history.objects, oldObject], { object, oldObject });
    assert.deepEqual([observed?.lifecycle, desired?.lifecycle], [kept, guest]);
  });

  it('stays where it is, as long as the Environment does', async () => {
    const oldObject = placedDeployment({ environmentRef: 'primary@v1', lifecycle: kept, clusters: ['z'], revision: 1 });
    const object = placedDeployment({ environmentRef: 'primary@v2' });
    const { desired } = await transitionOf(history.objects, { object, oldObject });
    assert.deepEqual(desired?.clusters, ['z']);
  });

  const moves: {
    why: string;
    specs: [number, number];
    judged: boolean;
    ref: string;
    selected: string[] | undefined;
  }[] = [
    { why: 'its newest revision is judged', specs: [1, 3], judged: true, ref: 'prod', selected: ['c', 'd'] },
    { why: 'the verdict is of a revision before', specs: [1, 3], judged: false, ref: 'prod', selected: undefined },
    { why: 'the verdict is of another revision', specs: [1, 3], judged: true, ref: 'prod@v1', selected: undefined },
    { why: 'each gets one of those', specs: [3, 1], judged: true, ref: 'prod', selected: undefined },
  ];
  for (const { why, specs, judged, ref, selected } of moves) {
    it(`${selected === undefined ? 'does not say' : 'says'} what another Environment selects from now on: ${why}`, async () => {
      const prod = editedEnvironment(specs.map(byPlacement), { name: 'prod', selected: ['c', 'd'], judged });
      const oldObject = placedDeployment({
        environmentRef: 'primary@v1',
        lifecycle: kept,
        clusters: ['a'],
        revision: 1,
      });
      const object = placedDeployment({ environmentRef: ref });
      const transition = await transitionOf([...history.objects, ...prod.objects], { object, oldObject });
      assert.deepEqual(transition.selected, selected);
      assert.deepEqual(transition.desired?.clusters, ['c', 'd'], 'not placed yet, it is taken to be where these are');
    });
  }

  const changes: { why: string; to: Parameters<typeof environmentSpec>[0]; kind: string; replaced: boolean }[] = [
    { why: 'more clusters', to: { placement: { numberOfClusters: 3 } }, kind: 'grows', replaced: false },
    { why: 'fewer clusters', to: { placement: { numberOfClusters: 1 } }, kind: 'shrinks', replaced: false },
    { why: 'other clusters', to: { placement: { clusterSets: ['eu'] } }, kind: 'changes', replaced: false },
    { why: 'Placements of somebody else (H8)', to: { topology: byop('hub', 'gpu') }, kind: 'changes', replaced: true },
  ];
  for (const { why, to, kind, replaced } of changes) {
    it(`tells what becomes of Placement and works: ${why}`, async () => {
      const both = editedEnvironment([environmentSpec({ placement: { numberOfClusters: 2 } }), environmentSpec(to)]);
      const oldObject = placedDeployment({ environmentRef: 'primary@v1' });
      const object = placedDeployment({ environmentRef: 'primary@v2' });
      const transition = await transitionOf(both.objects, { object, oldObject });
      assert.deepEqual([transition.placement.kind, transition.replacesReplicaSets], [kind, replaced]);
    });
  }
});

describe('what an edit of an Environment does to those that follow it', () => {
  const refs: { ref: string; published: (string | undefined)[]; next?: string; follows: boolean; why: string }[] = [
    { ref: 'primary', published: [undefined], follows: true, why: 'the newest, always' },
    { ref: 'primary@v1.3', published: ['1.3.5'], next: '1.3.6', follows: true, why: 'the highest of its minor line' },
    { ref: 'primary@v1.3', published: ['1.3.5'], next: '1.4.0', follows: false, why: 'that is another line' },
    {
      ref: 'primary@v1.3',
      published: ['1.3.5', '1.4.0'],
      next: '1.3.6',
      follows: true,
      why: 'a patch of an older line',
    },
    { ref: 'primary@v3', published: ['3.0.0'], next: '3.1.0', follows: true, why: 'the highest of its major' },
    { ref: 'primary@v3', published: ['3.0.0', '3.1.0'], next: '3.0.1', follows: false, why: 'a higher one is there' },
    { ref: 'primary@v3', published: ['3.0.0'], next: '3.1.0-rc.1', follows: false, why: 'no prerelease is of a range' },
    { ref: 'primary@v1', published: [undefined], follows: false, why: 'a number is fixed' },
    { ref: 'primary@v1.3.5', published: ['1.3.5'], next: '1.3.6', follows: false, why: 'a version is fixed' },
  ];
  for (const { ref, published, next, follows, why } of refs) {
    const of = (version: string | undefined, lifecycle = owned) =>
      environmentSpec({ lifecycle, ...(version === undefined ? {} : { version }) });
    it(`${follows ? 'brings' : 'does not bring'} ${ref} from ${published.join()} to ${next ?? 'the next'}: ${why}`, async () => {
      const { live, objects } = editedEnvironment(published.map((version) => of(version)));
      const follower = placedDeployment({ environmentRef: ref, clusters: ['a'] });
      const object = nextEdit(live, of(next, guest), published.length + 1);
      const transitions = await ofFollowers([...objects, follower], { object, oldObject: live });
      assert.deepEqual(named(transitions.map(({ deployment }) => deployment)), follows ? ['team/web'] : []);
      for (const { observed, desired } of transitions) {
        assert.deepEqual([observed, desired], [footprint(owned, ['a']), footprint(guest, ['a'])]);
      }
    });
  }

  const { live, objects } = editedEnvironment([environmentSpec({ lifecycle: owned })], { selected: ['a', 'b'] });
  const edit = (options: Parameters<typeof environmentSpec>[0]) => nextEdit(live, environmentSpec(options), 2);

  it('concerns nobody who is going, or who follows a namesake in another namespace', async () => {
    const others = [
      placedDeployment({ name: 'going', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      placedDeployment({ name: 'foreign', namespace: 'other' }),
      placedDeployment({ name: 'guest', namespace: 'other', environmentNamespace: 'team' }),
    ];
    const transitions = await ofFollowers([...objects, ...others], {
      object: edit({ lifecycle: kept }),
      oldObject: live,
    });
    assert.deepEqual(named(transitions.map(({ deployment }) => deployment)), ['other/guest']);
  });

  const idle: { why: string; options: Parameters<typeof environmentSpec>[0] }[] = [
    {
      why: 'policies go to the Workload',
      options: { lifecycle: owned, policies: [{ name: 'small', type: 'override' }] },
    },
    { why: 'a version without another topology', options: { lifecycle: owned, version: '1.0.0' } },
    {
      why: 'a rollout strategy',
      options: {
        topology: {
          type: 'topology-ocm',
          properties: {
            placement: { numberOfClusters: 1 },
            manifestWorkReplicaSet: {
              manifestWorkTemplate: { lifecycle: { ...owned } },
              rolloutStrategy: { type: 'Progressive' },
            },
          },
        },
      },
    },
    { why: 'defaults that admission adds', options: {} },
  ];
  for (const { why, options } of idle) {
    it(`is nothing where nothing changes on the spokes: ${why}`, async () => {
      const follower = placedDeployment({ lifecycle: owned, clusters: ['a'], revision: 1 });
      assert.deepEqual(await ofFollowers([...objects, follower], { object: edit(options), oldObject: live }), []);
    });
  }

  it('brings those along on creation whose refs were waiting for it, with the names that they ask for', async () => {
    const [made] = editedEnvironment([environmentSpec({ lifecycle: guest })], { name: 'late' }).objects;
    const object = made ?? assert.fail();
    const waiting = placedDeployment({ environmentRef: 'late' });
    const applied = placedDeployment({ name: 'api', environmentRef: 'late', lifecycle: owned, clusters: ['a'] });
    const others = [placedDeployment({ name: 'no', environmentRef: 'late@v2' }), placedDeployment({ name: 'ui' })];
    const transitions = await ofFollowers([...objects, waiting, applied, ...others], { object });
    const told = transitions.map(({ deployment: { name }, observed, desired, isInitialWait }) => [
      name,
      observed,
      desired?.lifecycle,
      isInitialWait,
    ]);
    assert.deepEqual(told, [
      ['web', { namespace: 'shop', workloadName: 'web' }, guest, true],
      ['api', { ...footprint(owned, ['a']), workloadName: 'api' }, guest, undefined],
    ]);
    assert.ok(transitions.every(({ peers }) => named(peers).includes('team/ui')));
  });

  it('is nothing where only metadata changes', async () => {
    const all = [...objects, placedDeployment()];
    const labelled = { ...live, metadata: { ...live.metadata, labels: { tier: 'front' } } };
    assert.deepEqual(await ofFollowers(all, { object: labelled, oldObject: live }), []);
  });

  it('has nothing before it for a ref that it resolves for the first time', async () => {
    const object = edit({ lifecycle: owned, version: '1.3.0', placement: { numberOfClusters: 2 } });
    const follower = placedDeployment({ environmentRef: 'primary@v1.3' });
    const [transition] = await ofFollowers([...objects, follower], { object, oldObject: live });
    assert.deepEqual([transition?.observed, transition?.desired], [undefined, footprint(owned, ['a', 'b'])]);
  });

  it('leaves a follower where it is, and takes one that is nowhere to be where the Environment selects', async () => {
    const followers = [placedDeployment({ clusters: ['z'] }), placedDeployment({ namespace: 'team', name: 'new' })];
    const transitions = await ofFollowers([...objects, ...followers], {
      object: edit({ lifecycle: kept }),
      oldObject: live,
    });
    const clusters = transitions.map(({ deployment, desired }) => [deployment.name, desired?.clusters]);
    assert.deepEqual(Object.fromEntries(clusters), { web: ['z'], new: ['a', 'b'] });
  });

  it('judges a neighbour that follows too by what it is about to be, and any other by what it has', async () => {
    const followers = [
      placedDeployment({ lifecycle: owned, clusters: ['a'], revision: 1 }),
      placedDeployment({ name: 'too', lifecycle: owned, clusters: ['a'], revision: 1 }),
      placedDeployment({
        name: 'pinned',
        environmentRef: 'primary@v1',
        lifecycle: owned,
        clusters: ['a'],
        revision: 1,
      }),
    ];
    const transitions = await ofFollowers([...objects, ...followers], {
      object: edit({ lifecycle: guest }),
      oldObject: live,
    });
    assert.deepEqual(named(transitions.map(({ deployment }) => deployment)), ['team/too', 'team/web']);
    const web = transitions.find(({ deployment }) => deployment.name === 'web');
    assert.ok(web);
    const neighbours = peersOf(web);
    const lifecycles = neighbours.map(({ name, state: { lifecycle }, observed }) => [
      name,
      [observed?.lifecycle, lifecycle],
    ]);
    assert.deepEqual(Object.fromEntries(lifecycles), { too: [owned, guest], pinned: [undefined, owned] });
  });

  it('renders a topology once for thousands of followers', async () => {
    const { topologies, renders } = lifecycleTopologies();
    const followers = Array.from({ length: 3000 }, (_, index) =>
      placedDeployment({ name: `web${index}`, spokeNamespace: `shop${index}` }),
    );
    const referrers = {
      ...listedReferrers(() => []),
      byReference: () => Promise.resolve(followers.map(requestObject)),
    };
    const request = { object: edit({ lifecycle: guest }), oldObject: live };
    const transitions = await ofFollowers(objects, request, { topologies, referrers });
    assert.equal(transitions.length, 3000);
    assert.equal(renders(), 2, 'as it was, and as it is to be');
  });

  it('asks once who is in a namespace, however many followers share it', async () => {
    const followers = ['web', 'api', 'ui'].map((name) => placedDeployment({ name }));
    const lookup = listedReferrers(() => followers.map(requestObject));
    const asked: string[] = [];
    const referrers = {
      ...lookup,
      inSpokeNamespace: (namespace: string) => {
        asked.push(namespace);
        return lookup.inSpokeNamespace(namespace);
      },
    };
    const transitions = await ofFollowers(
      objects,
      { object: edit({ lifecycle: guest }), oldObject: live },
      { referrers },
    );
    assert.deepEqual([transitions.length, asked], [3, ['shop']]);
  });

  it('names followers only to who may see them', async () => {
    const visibility = createNameVisibility(({ namespace }) => Promise.resolve(namespace === 'team'));
    const foreign = placedDeployment({ namespace: 'other', name: 'guest', environmentNamespace: 'team' });
    const request = { object: edit({ lifecycle: kept }), oldObject: live };
    const transitions = await ofFollowers([...objects, placedDeployment(), foreign], request, { visibility });
    const visible = transitions.map(({ deployment }) => [deployment.name, deployment.visible]);
    assert.deepEqual(Object.fromEntries(visible), { web: true, guest: false });
  });
});

describe('what the built-in topologies do on the spokes, rendered by CUE', () => {
  let engine: TopologyEngine;
  before(async function () {
    this.timeout(buildTimeoutMs);
    const log = createLog('silent', 'test');
    engine = await createTopologyEngine({
      module: await cueModule(),
      workers: 1,
      deadlineMs: 8000,
      memoryMiB: 256,
      log,
    });
  });
  after(() => engine.close());

  const real = (objects: readonly KubeObject[]) => ({ topologies: engine, ...filesOf(objects, builtinTopologies) });

  it('topology-ocm: an owner that stops creating leaves its namespace (H1)', async () => {
    const { live, objects } = editedEnvironment([environmentSpec({ lifecycle: owned })], { selected: ['a'] });
    const object = nextEdit(live, environmentSpec({ lifecycle: guest }), 2);
    const [transition] = await ofFollowers(
      [...objects, placedDeployment()],
      { object, oldObject: live },
      real([...objects, placedDeployment()]),
    );
    assert.deepEqual([transition?.observed, transition?.desired], [footprint(owned, ['a']), footprint(guest, ['a'])]);
    assert.deepEqual([transition?.placement, transition?.replacesReplicaSets], [{ kind: 'same' }, false]);
  });

  it('topology-ocm: fewer clusters shrink the Placement, another hub namespace replaces the works (H8)', async () => {
    const { live, objects } = editedEnvironment([environmentSpec({ placement: { numberOfClusters: 3 } })]);
    const fewer = nextEdit(live, environmentSpec({ placement: { numberOfClusters: 2 } }), 2);
    const [shrunk] = await ofFollowers(
      [...objects, placedDeployment()],
      { object: fewer, oldObject: live },
      real([...objects, placedDeployment()]),
    );
    assert.deepEqual([shrunk?.placement, shrunk?.replacesReplicaSets], [{ kind: 'shrinks', to: 2 }, false]);
    const properties = { hubNamespace: 'elsewhere', placement: { numberOfClusters: 3 } };
    const moved = nextEdit(live, environmentSpec({ topology: { type: 'topology-ocm', properties } }), 2);
    const [replaced] = await ofFollowers(
      [...objects, placedDeployment()],
      { object: moved, oldObject: live },
      real([...objects, placedDeployment()]),
    );
    assert.deepEqual([replaced?.placement, replaced?.replacesReplicaSets], [{ kind: 'changes' }, true]);
  });

  it("topology-ocm-byop: OCM's own deleteOption keeps the namespace of whatever Workload, and another Placement replaces the works (H8)", async () => {
    const { live, objects } = editedEnvironment([environmentSpec({ topology: byop('hub', 'gpu') })], {
      selected: ['a'],
    });
    const orphaningRules = [{ resource: 'namespaces', name: 'shop' }];
    const deleteOption = { propagationPolicy: 'SelectivelyOrphan', selectivelyOrphans: { orphaningRules } };
    const { properties = {} } = byop('hub', 'cpu');
    const keeping = { ...properties, manifestWorkReplicaSet: { manifestWorkTemplate: { deleteOption } } };
    const object = nextEdit(live, environmentSpec({ topology: { type: 'topology-ocm-byop', properties: keeping } }), 2);
    const followers = [placedDeployment(), placedDeployment({ name: 'api', spokeNamespace: 'back' })];
    const transitions = await ofFollowers(
      [...objects, ...followers],
      { object, oldObject: live },
      real([...objects, ...followers]),
    );
    const lifecycles = transitions.map(({ deployment, observed, desired, replacesReplicaSets }) => [
      deployment.name,
      [observed?.lifecycle, desired?.lifecycle, replacesReplicaSets],
    ]);
    assert.deepEqual(Object.fromEntries(lifecycles), { web: [owned, kept, true], api: [owned, owned, true] });
  });
});
