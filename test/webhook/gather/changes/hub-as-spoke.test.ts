import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import type { LocalClusters } from '../../../../src/api/ocm.ts';
import type { UncheckedObject } from '../../../../src/api/unchecked-object.ts';
import type { HubAsSpoke } from '../../../../src/domain/spoke/local-clusters.ts';
import { requestedEnvironment } from '../../../../src/webhook/gather/changes/environments.ts';
import { HubAsSpokeFinder } from '../../../../src/webhook/gather/changes/hub-as-spoke.ts';
import { changesOfAffectedDeployments } from '../../../../src/webhook/gather/changes/of-affected-deployments.ts';
import { changesOfDeployment } from '../../../../src/webhook/gather/changes/of-deployment.ts';
import type { HubReader } from '../../../../src/webhook/gather/context.ts';
import { changeSourcesOf } from '../../../support/change-gathering.ts';
import { spokeState } from '../../../support/deployment-changes.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../../support/environment-edits.ts';
import { factsOf, requestObject } from '../../../support/facts.ts';
import { byop, deployment, environment } from '../../../support/manifests.ts';
import { hubReader } from '../../../support/webhook-sources.ts';

const local: LocalClusters = {
  clusters: [{ name: 'hub', labels: { 'local-cluster': 'true' } }],
  clusterSets: new Map(),
};
const labelSelector = { matchExpressions: [{ key: 'local-cluster', operator: 'NotIn', values: ['true'] }] };
const excluding = { predicates: [{ requiredClusterSelector: { labelSelector } }] };
const at = (placement: object, topology?: ReturnType<typeof byop>) =>
  requestedEnvironment(
    requestObject(environment('team', { placement: { ...placement }, ...(topology && { topology }) })),
  );
const anywhere = at({});
const elsewhere = at(excluding);

/** A hub that is a cluster of its own, which counts what is read. */
function ownHub(overrides: Partial<HubReader> = {}): { hub: HubReader; reads: string[] } {
  const reads: string[] = [];
  const all = hubReader({
    localClusters: () => Promise.resolve(local),
    namespaceUse: () => Promise.resolve('objects'),
    ...overrides,
  });
  const hub: HubReader = {
    ...all,
    localClusters(signal) {
      reads.push('clusters');
      return all.localClusters(signal);
    },
    namespaceUse(name, signal) {
      reads.push(name);
      return all.namespaceUse(name, signal);
    },
  };
  return { hub, reads };
}

const finderOf = (hub: HubReader) => new HubAsSpokeFinder(changeSourcesOf([], { hub }));
const web = requestObject(deployment('team', { spokeNamespace: 'shop' }));
const owner = spokeState('owner');
const there = spokeState('owner', ['a', 'hub']);
const move = {
  deployment: web,
  observed: undefined as typeof there | undefined,
  desired: owner,
  before: undefined,
  after: anywhere,
};
const found: HubAsSpoke = {
  clusters: ['hub'],
  wasReachable: false,
  use: 'objects',
  environment: { namespace: 'team', name: 'primary' },
  topology: 'topology-ocm',
};

describe('whether a deployment may come to the hub itself', () => {
  it('is told with the clusters, what the hub needs the namespace for, and the Environment', async () => {
    assert.deepEqual(await finderOf(ownHub().hub).of(move), { hubAsSpoke: found });
  });

  const silent: { why: string; over: Partial<typeof move>; hub?: Partial<HubReader> }[] = [
    { why: 'the work does not create the namespace', over: { desired: spokeState('guest') } },
    { why: 'the lifecycle is not known', over: { desired: spokeState('unknown') } },
    { why: 'the predicates exclude the hub', over: { after: elsewhere } },
    {
      why: 'no ManagedCluster has the label',
      over: {},
      hub: { localClusters: () => Promise.resolve({ clusters: [], clusterSets: new Map() }) },
    },
    { why: 'the hub does not need the namespace', over: {}, hub: { namespaceUse: () => Promise.resolve(undefined) } },
  ];
  for (const { why, over, hub } of silent) {
    it(`is not reported: ${why}`, async () => {
      assert.deepEqual(await finderOf(ownHub(hub).hub).of({ ...move, ...over }), {});
    });
  }

  it('is told where an edit of the selection removes an owner from the hub', async () => {
    const finder = finderOf(ownHub().hub);
    const { hubAsSpoke } = await finder.of({ ...move, observed: there, before: anywhere, after: elsewhere });
    assert.deepEqual(hubAsSpoke, { ...found, wasReachable: true, isThere: true, leaves: true });
    const unused = finderOf(ownHub({ namespaceUse: () => Promise.resolve(undefined) }).hub);
    assert.deepEqual(await unused.of({ ...move, observed: there, after: elsewhere }), {});
  });

  it('is told where an owner moves to another namespace, or stops creating it, although the hub stays selected', async () => {
    const needs = (name: string) =>
      finderOf(ownHub({ namespaceUse: (asked) => Promise.resolve(asked === name ? 'objects' : undefined) }).hub);
    const moved = {
      ...move,
      observed: there,
      before: anywhere,
      desired: spokeState('owner', [], { namespace: 'new' }),
    };
    const leaving = { ...found, wasReachable: true, isThere: true, leaves: true };
    assert.deepEqual(await needs(there.namespace).of(moved), { hubAsSpoke: leaving });
    assert.equal((await needs('new').of(moved)).hubAsSpoke?.leaves, undefined, 'it may own the other one');
    const stops = { ...move, observed: there, before: anywhere, desired: spokeState('guest', ['hub']) };
    assert.deepEqual(await needs(there.namespace).of(stops), { hubAsSpoke: leaving });
  });

  it('was so before if the selection before contained the hub', async () => {
    const finder = finderOf(ownHub().hub);
    const before = async (environmentBefore: typeof anywhere) =>
      (await finder.of({ ...move, before: environmentBefore })).hubAsSpoke?.wasReachable;
    assert.deepEqual([await before(anywhere), await before(elsewhere)], [true, false]);
  });

  it('does not depend on reads for the namespace of the deployment itself', async () => {
    const { hub, reads } = ownHub({ namespaceUse: () => Promise.resolve(undefined) });
    const desired = spokeState('owner', [], { namespace: 'team' });
    assert.equal((await finderOf(hub).of({ ...move, desired })).hubAsSpoke?.use, 'objects');
    assert.deepEqual(reads, ['clusters']);
  });

  it('is read once for each namespace, and for at most 50 of them', async () => {
    const { hub, reads } = ownHub({ namespaceUse: () => Promise.resolve(undefined) });
    const finder = finderOf(hub);
    const into = (name: string) => finder.of({ ...move, desired: spokeState('owner', [], { namespace: name }) });
    for (const name of Array.from({ length: 50 }, (_, index) => `n${index}`)) await into(name);
    assert.deepEqual(await into('n7'), {});
    assert.equal((await into('one-more')).hubAsSpoke?.use, 'unknown');
    assert.equal(reads.length, 51);
  });

  const placements: { why: string; spec: object | undefined; told: boolean }[] = [
    { why: 'it selects any cluster', spec: {}, told: true },
    { why: 'it does not exist', spec: undefined, told: true },
    { why: 'it excludes the hub', spec: excluding, told: false },
  ];
  for (const { why, spec, told } of placements) {
    it(`is ${told ? '' : 'not '}reported for a Placement that the topology does not render: ${why}`, async () => {
      const placement: (KubeObject & { spec: object }) | undefined = spec && {
        apiVersion: 'cluster.open-cluster-management.io/v1beta1',
        kind: 'Placement',
        metadata: { namespace: 'hub', name: 'theirs' },
        spec,
      };
      const read: UncheckedObject | undefined = placement && requestObject(placement);
      const { hub } = ownHub({ placement: () => Promise.resolve(read) });
      const { hubAsSpoke } = await finderOf(hub).of({ ...move, after: at({}, byop('hub', 'theirs')) });
      assert.deepEqual(hubAsSpoke, told ? { ...found, topology: 'topology-ocm-byop' } : undefined);
    });
  }

  it('is reported as unknown if the clusters are not known, unless the label excludes the hub', async () => {
    const reported: string[] = [];
    const reportUnknownClusters = (name: string) => void reported.push(name);
    const { hub } = ownHub({ localClusters: () => Promise.resolve(undefined), reportUnknownClusters });
    assert.deepEqual(await finderOf(hub).of(move), {});
    assert.deepEqual(await finderOf(hub).of({ ...move, after: elsewhere }), {});
    assert.deepEqual(reported, ['shop']);
  });
});

describe('whether a deletion deletes a namespace that the hub needs', () => {
  const terminating = () => Promise.resolve({ labels: {}, terminating: true });
  const of = async (observed: typeof there | undefined, over: Parameters<typeof changeSourcesOf>[1] = {}) =>
    new HubAsSpokeFinder(changeSourcesOf([], { ...ownHub(), ...over })).ofDeletion(web, observed);

  it('is told with the clusters that are the hub', async () => {
    const { hubAsSpoke } = await of(there);
    assert.deepEqual([hubAsSpoke?.clusters, hubAsSpoke?.isThere], [['hub'], true]);
  });

  it('is not reported if it does not create the namespace, or is not there, or if the hub does not need it', async () => {
    assert.deepEqual(await of(undefined), {});
    assert.deepEqual(await of(spokeState('guest', ['hub'])), {});
    assert.deepEqual(await of(spokeState('owner', ['a'])), {});
    assert.deepEqual(await of(spokeState('owner')), {});
    assert.deepEqual(await of(there, ownHub({ namespaceUse: () => Promise.resolve(undefined) })), {});
    assert.deepEqual(await of(there, ownHub({ localClusters: () => Promise.resolve(undefined) })), {});
  });

  it('is not reported for a namespace that is terminating already', async () => {
    assert.deepEqual(await of(there, { ...ownHub(), namespaceState: terminating }), {});
  });
});

describe('the changes of a request on a hub that is a cluster of its own', () => {
  const { hub } = ownHub();
  const { live, revisions } = editedEnvironment([environmentSpec({ placement: excluding })]);

  it('tell it for a new deployment and for one that comes to another Environment', async () => {
    const open = editedEnvironment([environmentSpec()], { name: 'open' });
    const objects = [live, ...revisions, open.live, ...open.revisions];
    const [created] = await changesOfDeployment(
      factsOf({ object: deployment('team', { environmentRef: 'open' }) }).request,
      changeSourcesOf(objects, { hub }),
    );
    assert.equal(created?.hubAsSpoke?.environment.name, 'open');
    const edit = { object: deployment('team', { environmentRef: 'open' }), oldObject: deployment('team') };
    const [moved] = await changesOfDeployment(factsOf(edit).request, changeSourcesOf(objects, { hub }));
    assert.equal(moved?.hubAsSpoke?.wasReachable, false);
    const [safe] = await changesOfDeployment(
      factsOf({ object: deployment('team') }).request,
      changeSourcesOf(objects, { hub }),
    );
    assert.equal(safe?.hubAsSpoke, undefined);
  });

  it('tell it for an edit of an Environment that comes to select the hub', async () => {
    const object = nextEdit(live, environmentSpec(), 2);
    const sources = changeSourcesOf([live, ...revisions, deployment('team')], { hub });
    const [change] = await changesOfAffectedDeployments(factsOf({ object, oldObject: live }).request, sources);
    assert.equal(change?.hubAsSpoke?.wasReachable, false);
    assert.equal(change?.hubAsSpoke?.use, 'objects');
  });
});
