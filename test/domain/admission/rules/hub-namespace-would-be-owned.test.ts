import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { denialsOnApply } from '../../../../src/domain/admission/decide.ts';
import { hubNamespaceWouldBeOwned as rule } from '../../../../src/domain/admission/rules/hub-namespace-would-be-owned.ts';
import type { HubAsSpoke } from '../../../../src/domain/spoke/local-clusters.ts';
import type { DeploymentChange } from '../../../../src/domain/spoke/change.ts';
import {
  deletionRequest,
  deploymentChange,
  deploymentRequest,
  environmentRequest,
  lifecycles,
  messagesOf,
  peer,
  spokeState,
} from '../../../support/deployment-changes.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';

const hub = (over: Partial<HubAsSpoke> = {}): HubAsSpoke => ({
  clusters: ['local-cluster'],
  wasReachable: false,
  use: 'objects',
  environment: { namespace: 'team', name: 'primary' },
  topology: 'topology-ocm',
  ...over,
});
const reached = hub({ wasReachable: true });
const [owner, keeper, guest] = [spokeState('owner'), spokeState('keeper'), spokeState('guest')];

describe('HubNamespaceWouldBeOwned', () => {
  const rows: { why: string; change: Partial<DeploymentChange>; denied: boolean }[] = [
    { why: 'a new owner', change: { desired: owner, hubAsSpoke: hub() }, denied: true },
    {
      why: 'a new keeper: the agent writes its metadata',
      change: { desired: keeper, hubAsSpoke: hub() },
      denied: true,
    },
    { why: 'a new guest', change: { desired: guest, hubAsSpoke: hub() }, denied: false },
    { why: 'the hub is no cluster, or is excluded', change: { desired: owner }, denied: false },
    { why: 'a deletion', change: { observed: owner, hubAsSpoke: hub() }, denied: false },
    { why: 'the lifecycle is not known', change: { desired: spokeState('unknown'), hubAsSpoke: hub() }, denied: false },
    {
      why: 'it waits for this Environment, which nobody may block',
      change: { desired: owner, hubAsSpoke: hub(), isInitialWait: true },
      denied: false,
    },
    {
      why: 'the selection comes to contain the hub',
      change: { observed: owner, previouslyDesired: lifecycles.owner, desired: owner, hubAsSpoke: hub() },
      denied: true,
    },
    {
      why: 'it was so before',
      change: { observed: owner, previouslyDesired: lifecycles.owner, desired: owner, hubAsSpoke: reached },
      denied: false,
    },
    {
      why: 'it was so before, as far as is applied',
      change: { observed: owner, desired: owner, hubAsSpoke: reached },
      denied: false,
    },
    {
      why: 'an owner becomes a keeper, which is the way out',
      change: { observed: owner, previouslyDesired: lifecycles.owner, desired: keeper, hubAsSpoke: reached },
      denied: false,
    },
    {
      why: 'a keeper becomes an owner',
      change: { observed: keeper, previouslyDesired: lifecycles.keeper, desired: owner, hubAsSpoke: reached },
      denied: true,
    },
    {
      why: 'a guest becomes an owner',
      change: { observed: guest, previouslyDesired: lifecycles.guest, desired: owner, hubAsSpoke: reached },
      denied: true,
    },
    {
      why: 'it comes from another namespace',
      change: { observed: spokeState('owner', [], { namespace: 'store' }), desired: owner, hubAsSpoke: reached },
      denied: true,
    },
    {
      why: 'what it has is not known',
      change: { observed: spokeState('unknown'), desired: owner, hubAsSpoke: reached },
      denied: true,
    },
  ];
  for (const { why, change, denied } of rows) {
    it(`${denied ? 'denies' : 'allows'}: ${why}`, () => {
      const facts = deploymentRequest(deploymentChange(change));
      assert.deepEqual(findingsOf(rule, facts), denied ? [{ path: 'spec.environmentRef.name' }] : []);
    });
  }

  const denied = deploymentChange({ desired: owner, hubAsSpoke: hub() });

  it('says what would happen, why, and which predicate excludes the hub', () => {
    assert.equal(
      messagesOf(rule, deploymentRequest(denied)),
      'the work agent of the hub itself would own Namespace shop, and would delete it with everything in it: it contains objects of mooring on the hub, and Environment team/primary may select ManagedCluster local-cluster, which is the hub; exclude it in every predicate: spec.topology.properties.placement.predicates: [{requiredClusterSelector: {labelSelector: {matchExpressions: [{key: local-cluster, operator: NotIn, values: ["true"]}]}}}]; then let the ref mean the revision with that; or set spokeNamespace.create: false; or use another spoke namespace',
    );
  });

  it('prints predicates that are YAML', () => {
    const [, yaml = ''] = /predicates: (\[.*?\]); /.exec(messagesOf(rule, deploymentRequest(denied))) ?? [];
    const expression = { key: 'local-cluster', operator: 'NotIn', values: ['true'] };
    assert.deepEqual(parse(yaml), [{ requiredClusterSelector: { labelSelector: { matchExpressions: [expression] } } }]);
  });

  it('tells why the hub needs the namespace', () => {
    const reason = (use: HubAsSpoke['use']) =>
      messagesOf(rule, deploymentRequest(deploymentChange({ desired: owner, hubAsSpoke: hub({ use }) })));
    assert.match(reason('hub-namespace'), /: it is a hub namespace, and/);
    assert.match(reason('cluster-namespace'), /: it is the namespace of ManagedCluster shop, and/);
    assert.match(reason('unknown'), /: it is not known what it contains on the hub/);
  });

  it('names the Placements of other topologies, which have no field for the namespace', () => {
    const change = deploymentChange({ desired: owner, hubAsSpoke: hub({ topology: 'topology-ocm-byop' }) });
    const message = messagesOf(rule, deploymentRequest(change));
    assert.match(message, /every predicate: spec\.predicates of each Placement that the topology uses: \[/);
    assert.doesNotMatch(message, /create: false/);
  });

  it('reports on an edit of an Environment at the topology, and names nothing to those who may not see the deployment', () => {
    const lifecyclePath = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate.lifecycle';
    const facts = environmentRequest(denied);
    assert.deepEqual(findingsOf(rule, facts), [{ path: `${lifecyclePath}.spokeNamespace.create` }]);
    assert.match(messagesOf(rule, facts), /^WorkloadDeployment team\/web: the work agent/);
    assert.doesNotMatch(messagesOf(rule, facts), /let the ref mean/);
    const hidden = environmentRequest({ ...denied, deployment: { ...denied.deployment, visible: false } });
    assert.match(
      messagesOf(rule, hidden),
      /^a WorkloadDeployment that you may not see: the work agent of the hub itself/,
    );
    assert.doesNotMatch(messagesOf(rule, hidden), /shop|ManagedCluster/);
  });

  it('is enforced before the controller writes, also against an acknowledgement', () => {
    const facts = factsOf({});
    const codes = ['HubNamespaceWouldBeOwned'];
    const acknowledged = [{ codes: new Set(codes), hubNamespaces: new Set(['team']) }];
    assert.deepEqual(
      denialsOnApply(denied, facts, { acknowledged }).map(({ code }) => code),
      codes,
    );
    const severities = { HubNamespaceWouldBeOwned: 'off' } as const;
    assert.deepEqual(
      denialsOnApply(denied, facts, { severities, acknowledged }).map(({ code }) => code),
      codes,
    );
  });

  it('says what leads out where the agent owns the namespace already', () => {
    const change = deploymentChange({ desired: owner, hubAsSpoke: hub({ isThere: true }) });
    const [found] = denialsOnApply(change, factsOf({}), { acknowledged: [] });
    assert.match(
      found?.message ?? '',
      /owns Namespace shop, and deletes it .*; first let the Environment orphan the namespace/,
    );
  });

  const onHub = spokeState('owner', ['hub', 'a']);
  const there = hub({ isThere: true, clusters: ['hub'] });
  const deletions: { why: string; change: Partial<DeploymentChange>; says?: RegExp }[] = [
    {
      why: 'it owns the namespace there',
      change: { observed: onHub, hubAsSpoke: there },
      says: /; first let its Environment keep it/,
    },
    { why: 'the hub does not need it, or it is not there', change: { observed: onHub } },
    { why: 'it is not known to be there', change: { observed: onHub, hubAsSpoke: hub() } },
    { why: 'nothing is known of it', change: { hubAsSpoke: there } },
    {
      why: 'no deletion, but an edit that excludes the hub while it owns the namespace there',
      change: { observed: onHub, desired: onHub, hubAsSpoke: { ...there, leaves: true } },
      says: /would delete Namespace shop .*; first let its Environment keep it/,
    },
    { why: 'it orphans the namespace', change: { observed: spokeState('keeper', ['hub']), hubAsSpoke: there } },
    {
      why: 'the agent has not confirmed that it orphans the namespace',
      change: { observed: spokeState('keeper', ['hub']), orphanUnconfirmedOn: ['hub'], hubAsSpoke: there },
      says: /; wait until status.orphanPendingClusters is empty/,
    },
    {
      why: 'only the agent of another cluster has not confirmed it',
      change: { observed: spokeState('keeper', ['hub', 'a']), orphanUnconfirmedOn: ['a'], hubAsSpoke: there },
    },
    {
      why: 'another deployment owns the namespace there too',
      change: { observed: onHub, hubAsSpoke: there, peers: [peer(onHub)] },
    },
  ];
  for (const { why, change, says } of deletions) {
    it(`${says === undefined ? 'allows' : 'denies'} a deletion: ${why}`, () => {
      const message = messagesOf(rule, deletionRequest(deploymentChange(change)));
      if (says === undefined) assert.equal(message, '');
      else assert.match(message, says);
    });
  }
});
