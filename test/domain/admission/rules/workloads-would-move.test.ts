import assert from 'node:assert/strict';
import type { DeploymentChange, Peer } from '../../../../src/domain/spoke/change.ts';
import { workloadsWouldMove as rule } from '../../../../src/domain/admission/rules/workloads-would-move.ts';
import { findingsOf } from '../../../support/facts.ts';
import {
  deletionRequest,
  deploymentRequest,
  environmentRequest,
  spokeState,
  peer,
  deploymentChange,
  messagesOf,
} from '../../../support/deployment-changes.ts';
import type { SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';

const on = ['a', 'b', 'c'];
const owner = spokeState('owner', on);
const keeper = spokeState('keeper', on);
const elsewhere = (its: SpokeState): SpokeState => ({ ...its, namespace: 'store' });
const changes = { placement: { kind: 'changes' } } as const;
const shrinks = (to: number) => ({ placement: { kind: 'shrinks', to } }) as const;
const name = 'spec.workload.name';
const namespace = 'spec.workload.namespace';
const ref = 'spec.environmentRef.name';

const cases: {
  what: string;
  observed?: SpokeState;
  desired?: SpokeState;
  change?: Partial<DeploymentChange>;
  warned?: string[];
  denied?: string[];
  why: string;
}[] = [
  { what: 'no change', observed: owner, desired: owner, why: 'nothing is removed' },
  {
    what: 'another name',
    observed: owner,
    desired: { ...owner, workloadName: 'cart' },
    warned: [name],
    why: 'the namespace stays',
  },
  {
    what: 'another namespace of an owner',
    observed: owner,
    desired: elsewhere(owner),
    denied: [namespace],
    why: 'the namespace is deleted',
  },
  {
    what: 'another namespace of a keeper',
    observed: keeper,
    desired: elsewhere(keeper),
    warned: [namespace],
    why: 'the namespace is kept',
  },
  {
    what: 'another namespace of a keeper that is not applied everywhere',
    observed: keeper,
    desired: elsewhere(keeper),
    change: { orphanUnconfirmedOn: ['b'] },
    denied: [namespace],
    why: 'one agent has not confirmed orphan: true',
  },
  {
    what: 'another namespace of a guest',
    observed: spokeState('guest', on),
    desired: elsewhere(owner),
    warned: [namespace],
    why: 'it did not create the namespace',
  },
  {
    what: 'another namespace of an owner with another owner',
    observed: owner,
    desired: elsewhere(owner),
    change: { peers: [peer(owner)] },
    warned: [namespace],
    why: 'the other owner protects it',
  },
  {
    what: 'another namespace of an owner with an owner of the new namespace',
    observed: owner,
    desired: elsewhere(owner),
    change: { peers: [peer(elsewhere(owner))] },
    denied: [namespace],
    why: 'that does not protect the old namespace',
  },
  {
    what: 'any edit while a move that was requested earlier is pending',
    observed: owner,
    desired: elsewhere(owner),
    change: { isMovePending: true },
    why: 'an earlier request did that, and the controller checks it on apply',
  },
  {
    what: 'another namespace of an owner on unknown clusters',
    observed: spokeState('owner'),
    desired: elsewhere(owner),
    denied: [namespace],
    why: 'its clusters are not known',
  },
  {
    what: 'another namespace and other clusters',
    observed: keeper,
    desired: elsewhere(keeper),
    change: changes,
    warned: [namespace],
    why: 'the change of the namespace removes it from every cluster',
  },
  {
    what: 'another name and other clusters',
    observed: owner,
    desired: { ...owner, workloadName: 'cart' },
    change: changes,
    warned: [name, ref],
    why: 'both are reported',
  },
  {
    what: 'more clusters',
    observed: owner,
    desired: owner,
    change: { placement: { kind: 'grows' } },
    why: 'nothing is removed',
  },
  {
    what: 'other clusters',
    observed: owner,
    desired: owner,
    change: changes,
    warned: [ref],
    why: 'OCM selects again, and may select the same clusters',
  },
  {
    what: 'other clusters of an owner on unknown clusters',
    observed: spokeState('owner'),
    desired: owner,
    change: changes,
    warned: [ref],
    why: 'its clusters are not known',
  },
  {
    what: 'other clusters of an owner on no cluster',
    observed: spokeState('owner', []),
    desired: owner,
    change: changes,
    why: 'there is nothing to remove',
  },
  {
    what: 'a known selection of the same clusters',
    observed: owner,
    desired: owner,
    change: { ...changes, selected: on },
    why: 'nothing is removed',
  },
  {
    what: 'a known selection without one cluster',
    observed: owner,
    desired: owner,
    change: { ...changes, selected: ['a', 'b', 'd'] },
    denied: [ref],
    why: 'H5: the namespace is deleted there',
  },
  {
    what: 'a known selection without one cluster, with another owner',
    observed: owner,
    desired: owner,
    change: { ...changes, selected: ['a', 'b'], peers: [peer(spokeState('owner', ['c']))] },
    warned: [ref],
    why: 'the other owner protects it there',
  },
  {
    what: 'a known selection without one cluster, of a keeper',
    observed: keeper,
    desired: keeper,
    change: { ...changes, selected: ['a', 'b'] },
    warned: [ref],
    why: 'the namespace is kept',
  },
  {
    what: 'an unknown selection',
    observed: owner,
    desired: owner,
    change: changes,
    warned: [ref],
    why: 'the Environment is not evaluated yet',
  },
  {
    what: 'an empty selection',
    observed: owner,
    desired: owner,
    change: { ...changes, selected: [] },
    denied: [ref],
    why: 'the namespace is deleted on all clusters',
  },
  {
    what: 'fewer clusters',
    observed: keeper,
    desired: keeper,
    change: shrinks(2),
    warned: [ref],
    why: 'it is removed from one',
  },
  {
    what: 'fewer clusters, but not fewer than it is on',
    observed: owner,
    desired: owner,
    change: shrinks(3),
    why: 'nothing is removed',
  },
  {
    what: 'fewer clusters of a keeper on unknown clusters',
    observed: spokeState('keeper'),
    desired: keeper,
    change: shrinks(2),
    warned: [ref],
    why: 'it may be on more',
  },
  {
    what: 'fewer clusters, with a known selection',
    observed: owner,
    desired: owner,
    change: { ...shrinks(2), selected: ['a', 'b'] },
    denied: [ref],
    why: 'H5',
  },
  { what: 'a new deployment', desired: owner, change: changes, why: 'nothing is on the spokes' },
];

const pathsOf = (found: ReturnType<typeof findingsOf>, severity: 'deny' | undefined) =>
  found.filter((finding) => finding.severity === severity).map(({ path }) => path);

describe('WorkloadsWouldMove', () => {
  for (const { what, observed, desired, change, warned = [], denied = [], why } of cases) {
    it(`${denied.length > 0 ? 'denies' : warned.length > 0 ? 'warns about' : 'allows'} ${what}: ${why}`, () => {
      const tested = deploymentChange({ ...(observed && { observed }), ...(desired && { desired }), ...change });
      const found = findingsOf(rule, deploymentRequest(tested));
      assert.deepEqual({ warned: pathsOf(found, undefined), denied: pathsOf(found, 'deny') }, { warned, denied });
    });
  }

  it('does not report a deletion', () => {
    assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({ observed: owner, ...changes }))), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('has the path of the topology of an Environment, and names the deployment', () => {
    const change = deploymentChange({ observed: owner, desired: owner, ...changes });
    const [finding] = rule.find(environmentRequest(change));
    assert.equal(finding?.path, 'spec.topology');
    assert.match(finding.message, /^WorkloadDeployment team\/web: /);
    const hidden = { ...change, deployment: { ...change.deployment, visible: false } };
    assert.doesNotMatch(messagesOf(rule, environmentRequest(hidden)), /team\/web/);
  });

  it('names the Workload, the clusters that it is removed from, and what is deleted', () => {
    const messages = (change: Partial<DeploymentChange>) =>
      messagesOf(rule, deploymentRequest(deploymentChange({ observed: owner, desired: owner, ...change })));
    assert.match(
      messages({ ...changes, selected: ['a', 'd'] }),
      /Workload shop\/web is removed from b, c, and Namespace shop would be deleted/,
    );
    assert.match(messages(shrinks(1)), /is removed from 2 of a, b, c, .*Namespace shop is deleted/);
    assert.doesNotMatch(messages({ ...shrinks(1), observed: keeper }), /Namespace/);
    assert.match(
      messages({ ...shrinks(1), observed: spokeState('owner') }),
      /may be removed from clusters that OCM chooses/,
    );
    assert.match(messages(changes), /may be removed from a, b, c, .*Namespace shop is deleted/);
    assert.doesNotMatch(messages({ ...changes, observed: spokeState('keeper') }), /Namespace| a\b/);
    assert.match(
      messages({ desired: elsewhere(owner) }),
      /shop\/web is removed from a, b, c, and Namespace shop would be deleted/,
    );
    assert.match(messages({ observed: keeper, desired: elsewhere(keeper) }), /created again in Namespace store/);
    assert.match(
      messages({ desired: { ...owner, workloadName: 'cart' } }),
      /shop\/web is removed from a, b, c, and Workload shop\/cart is created/,
    );
  });

  it('says the same whether or not a deployment that the requester may not see owns the namespace', () => {
    for (const change of [{ desired: elsewhere(owner) }, changes, shrinks(1)]) {
      const found = (...peers: Peer[]) => {
        const all = deploymentChange({ observed: owner, desired: owner, ...change, peers });
        return rule.find(deploymentRequest(all));
      };
      for (const clusters of [['a'], ['a', 'b', 'c']])
        assert.deepEqual(found(peer(spokeState('owner', clusters), { visible: false })), found());
    }
  });

  it('names the clusters on which the namespace is deleted, if it stays on others', () => {
    const messages = (change: Partial<DeploymentChange>) =>
      messagesOf(rule, deploymentRequest(deploymentChange({ observed: owner, desired: owner, ...change })));
    const others = (...clusters: string[]) => ({ peers: [peer(spokeState('owner', clusters))] });
    assert.match(
      messages({ desired: elsewhere(owner), ...others('a') }),
      /deleted with everything in it on b, c, unless a WorkloadDeployment that you may not see owns it too; first let/,
    );
    assert.match(messages({ ...changes, ...others('a') }), /; if that includes b, c, Namespace shop is deleted/);
    assert.doesNotMatch(messages({ ...changes, ...others('a', 'b', 'c') }), /Namespace/);
    assert.doesNotMatch(messages({ ...shrinks(1), ...others('a', 'b', 'c') }), /Namespace/);
    const unconfirmed = messages({ observed: keeper, desired: elsewhere(keeper), orphanUnconfirmedOn: ['b'] });
    assert.match(
      unconfirmed,
      /is removed from a, b, c, and Namespace shop .* on b, where orphan: true is not applied yet/,
    );
    assert.match(
      messages({ observed: spokeState('owner'), desired: elsewhere(owner) }),
      /is removed from its clusters, and Namespace/,
    );
  });

  it('warns that OCM may select again while orphan: true is not applied on a cluster', () => {
    const messages = (change: Partial<DeploymentChange>) =>
      messagesOf(rule, environmentRequest(deploymentChange({ observed: keeper, desired: keeper, ...change })));
    const deleted =
      /Namespace shop is deleted with everything in it on b, where orphan: true is not applied yet; try again when/;
    for (const change of [changes, shrinks(1)]) {
      assert.match(messages({ ...change, orphanUnconfirmedOn: ['b'] }), deleted);
      assert.doesNotMatch(messages(change), /Namespace/, 'each agent has confirmed it');
      const peers = [peer(spokeState('owner', ['b']))];
      assert.doesNotMatch(messages({ ...change, orphanUnconfirmedOn: ['b'], peers }), /Namespace/, 'a peer owns it');
    }
  });

  it('denies that OCM selects again if a deployment of another hub namespace loses what is not orphaned yet', () => {
    const found = (clusters: string[]) =>
      rule
        .find(
          environmentRequest(
            deploymentChange({
              observed: keeper,
              desired: keeper,
              ...changes,
              orphanUnconfirmedOn: ['b'],
              peers: [peer(spokeState('guest', clusters))],
            }),
          ),
        )
        .map(({ severity = 'warn', message }) => `${severity} ${message}`);
    assert.match(
      found(['b']).join(),
      /^deny .*orphanPendingClusters .*, and WorkloadDeployment other\/cart uses that namespace$/,
    );
    assert.match(found(['a']).join(), /^warn /, 'it is orphaned there');
  });

  it('denies the removal from a cluster where orphan: true is not confirmed', () => {
    const removal = { observed: keeper, desired: keeper, ...changes, selected: ['a'] };
    const found = (orphanUnconfirmedOn: string[]) =>
      findingsOf(rule, deploymentRequest(deploymentChange({ ...removal, orphanUnconfirmedOn }))).map(
        ({ severity }) => severity,
      );
    assert.deepEqual(found([]), [undefined]);
    assert.deepEqual(found(['a']), [undefined], 'it stays on a');
    assert.deepEqual(found(['b']), ['deny']);
  });

  it('denies that OCM selects clusters again if a deployment of another hub namespace would lose its namespace', () => {
    const found = (other: Peer) =>
      rule
        .find(environmentRequest(deploymentChange({ observed: owner, desired: owner, ...changes, peers: [other] })))
        .map(({ severity = 'warn' }) => severity);
    const foreign = (state: SpokeState, more: Partial<Peer> = {}) => peer(state, more);
    assert.deepEqual(found(foreign(spokeState('guest', ['a']))), ['deny']);
    assert.deepEqual(found(foreign(spokeState('guest'))), ['deny'], 'its clusters are not known');
    assert.deepEqual(found(foreign(spokeState('guest', ['elsewhere']))), ['warn'], 'another cluster');
    assert.deepEqual(found(foreign(spokeState('guest', []))), ['warn'], 'no cluster');
    assert.deepEqual(found(foreign(spokeState('owner', ['a', 'b']))), ['warn'], 'it keeps the namespace');
    assert.deepEqual(
      found(foreign(spokeState('guest', ['a']), { namespace: 'team' })),
      ['warn'],
      'the own hub namespace',
    );
    assert.deepEqual(found(foreign(spokeState('guest'), { isUnplaced: true })), ['warn'], 'it reserves nothing');
    assert.deepEqual(found(foreign(spokeState('unknown', ['a']))), ['warn'], 'its lifecycle is not known');
    const message = messagesOf(
      rule,
      environmentRequest(
        deploymentChange({
          observed: spokeState('owner'),
          desired: owner,
          ...changes,
          peers: [peer(spokeState('guest'))],
        }),
      ),
    );
    assert.match(message, /other\/cart uses that namespace; first set spokeNamespace.orphan: true/);
  });

  it('reveals nothing about a deployment that the requester may not see except what happens to it', () => {
    const hidden = { deployment: { namespace: 'team', name: 'web', visible: false } };
    const messages = (change: Partial<DeploymentChange>) =>
      messagesOf(rule, environmentRequest(deploymentChange({ ...hidden, observed: owner, desired: owner, ...change })));
    assert.match(messages(changes), /may not see: its Workload would be removed from clusters$/);
    assert.match(messages({ ...changes, selected: ['a'] }), /its namespace would be deleted with everything in it$/);
    for (const change of [changes, { ...changes, selected: ['a'] }]) {
      assert.doesNotMatch(messages(change), /team|web|shop|\bb\b/);
    }
  });

  it('reports at most five deployments, denials first, however many warnings there are', () => {
    const warning = (deploymentName: string) =>
      deploymentChange({
        deployment: { namespace: 'team', name: deploymentName, visible: true },
        observed: keeper,
        desired: keeper,
        ...changes,
      });
    const denial = deploymentChange({ observed: owner, desired: owner, ...changes, selected: ['a'] });
    const found = findingsOf(
      rule,
      environmentRequest(...Array.from({ length: 7 }, (_, index) => warning(`web${index}`)), denial),
    );
    assert.equal(found.length, 6);
    assert.equal(found[0]?.severity, 'deny');
    assert.deepEqual(pathsOf(found, 'deny').length, 1);
  });
});
