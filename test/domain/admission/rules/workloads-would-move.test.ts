import assert from 'node:assert/strict';
import type { DeploymentChange } from '../../../../src/domain/spoke/change.ts';
import { workloadsWouldMove as rule } from '../../../../src/domain/admission/rules/workloads-would-move.ts';
import { findingsOf } from '../../../support/facts.ts';
import {
  deletionRequest,
  deploymentRequest,
  environmentRequest,
  spokeState,
  peer,
  deploymentChange,
  wordsOf,
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
  refused?: string[];
  why: string;
}[] = [
  { what: 'nothing', observed: owner, desired: owner, why: 'it stays where it is' },
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
    refused: [namespace],
    why: 'the namespace dies',
  },
  {
    what: 'another namespace of one that keeps it',
    observed: keeper,
    desired: elsewhere(keeper),
    warned: [namespace],
    why: 'it is left behind',
  },
  {
    what: 'another namespace of one that is to keep it',
    observed: keeper,
    desired: elsewhere(keeper),
    change: { orphanUnconfirmedOn: ['b'] },
    refused: [namespace],
    why: 'one agent has not heard of that',
  },
  {
    what: 'another namespace of a guest',
    observed: spokeState('guest', on),
    desired: elsewhere(owner),
    warned: [namespace],
    why: 'it was not ours',
  },
  {
    what: 'another namespace beside another owner',
    observed: owner,
    desired: elsewhere(owner),
    change: { peers: [peer(owner)] },
    warned: [namespace],
    why: 'the other one keeps it',
  },
  {
    what: 'another namespace beside another owner of the new one',
    observed: owner,
    desired: elsewhere(owner),
    change: { peers: [peer(elsewhere(owner))] },
    refused: [namespace],
    why: 'that one is no help',
  },
  {
    what: 'any edit while a move waits that was asked for before',
    observed: owner,
    desired: elsewhere(owner),
    change: { isMovePending: true },
    why: 'it is none of its doing, and the controller still looks',
  },
  {
    what: 'another namespace from wherever it is',
    observed: spokeState('owner'),
    desired: elsewhere(owner),
    refused: [namespace],
    why: 'it may be anywhere',
  },
  {
    what: 'another namespace and other clusters',
    observed: keeper,
    desired: elsewhere(keeper),
    change: changes,
    warned: [namespace],
    why: 'the old one is left on every cluster anyway',
  },
  {
    what: 'another name and other clusters',
    observed: owner,
    desired: { ...owner, workloadName: 'cart' },
    change: changes,
    warned: [name, ref],
    why: 'two things are told',
  },
  {
    what: 'room for more',
    observed: owner,
    desired: owner,
    change: { placement: { kind: 'grows' } },
    why: 'it leaves nothing',
  },
  {
    what: 'other clusters',
    observed: owner,
    desired: owner,
    change: changes,
    warned: [ref],
    why: 'OCM selects anew, and may select the same',
  },
  {
    what: 'other clusters from wherever it is',
    observed: spokeState('owner'),
    desired: owner,
    change: changes,
    warned: [ref],
    why: 'it may be anywhere',
  },
  {
    what: 'other clusters of one that is nowhere',
    observed: spokeState('owner', []),
    desired: owner,
    change: changes,
    why: 'it has nothing to leave',
  },
  {
    what: 'other clusters that are known and all the same',
    observed: owner,
    desired: owner,
    change: { ...changes, selected: on },
    why: 'it stays where it is',
  },
  {
    what: 'other clusters that are known, one less',
    observed: owner,
    desired: owner,
    change: { ...changes, selected: ['a', 'b', 'd'] },
    refused: [ref],
    why: 'H5: a namespace dies there',
  },
  {
    what: 'other clusters that are known, one less, beside another owner',
    observed: owner,
    desired: owner,
    change: { ...changes, selected: ['a', 'b'], peers: [peer(spokeState('owner', ['c']))] },
    warned: [ref],
    why: 'the other one keeps it there',
  },
  {
    what: 'other clusters that are known, one less, of one that keeps it',
    observed: keeper,
    desired: keeper,
    change: { ...changes, selected: ['a', 'b'] },
    warned: [ref],
    why: 'it is left behind',
  },
  {
    what: 'clusters that are not known',
    observed: owner,
    desired: owner,
    change: changes,
    warned: [ref],
    why: 'it is judged by nobody yet',
  },
  {
    what: 'no cluster at all',
    observed: owner,
    desired: owner,
    change: { ...changes, selected: [] },
    refused: [ref],
    why: 'the namespace goes from all that it is on',
  },
  {
    what: 'fewer clusters',
    observed: keeper,
    desired: keeper,
    change: shrinks(2),
    warned: [ref],
    why: 'it leaves one',
  },
  {
    what: 'a lower bound that it is below',
    observed: owner,
    desired: owner,
    change: shrinks(3),
    why: 'it is on no more',
  },
  {
    what: 'a lower bound for wherever it is',
    observed: spokeState('keeper'),
    desired: keeper,
    change: shrinks(2),
    warned: [ref],
    why: 'it may be on more',
  },
  {
    what: 'fewer clusters that are known',
    observed: owner,
    desired: owner,
    change: { ...shrinks(2), selected: ['a', 'b'] },
    refused: [ref],
    why: 'H5',
  },
  { what: 'a new deployment', desired: owner, change: changes, why: 'it was nowhere' },
];

const pathsOf = (found: ReturnType<typeof findingsOf>, severity: 'deny' | undefined) =>
  found.filter((finding) => finding.severity === severity).map(({ path }) => path);

describe('WorkloadsWouldMove', () => {
  for (const { what, observed, desired, change, warned = [], refused = [], why } of cases) {
    it(`${refused.length > 0 ? 'refuses' : warned.length > 0 ? 'warns of' : 'lets'} ${what}: ${why}`, () => {
      const its = deploymentChange({ ...(observed && { observed }), ...(desired && { desired }), ...change });
      const found = findingsOf(rule, deploymentRequest(its));
      assert.deepEqual({ warned: pathsOf(found, undefined), refused: pathsOf(found, 'deny') }, { warned, refused });
    });
  }

  it('has nothing to say about a deletion', () => {
    assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({ observed: owner, ...changes }))), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('stands at the topology of an Environment, and says of which deployment', () => {
    const its = deploymentChange({ observed: owner, desired: owner, ...changes });
    const [finding] = rule.find(environmentRequest(its));
    assert.equal(finding?.path, 'spec.topology');
    assert.match(finding.message, /^WorkloadDeployment team\/web: /);
    const hidden = { ...its, deployment: { ...its.deployment, visible: false } };
    assert.doesNotMatch(wordsOf(rule, environmentRequest(hidden)), /team\/web/);
  });

  it('says which Workload leaves which clusters, and what goes along', () => {
    const words = (change: Partial<DeploymentChange>) =>
      wordsOf(rule, deploymentRequest(deploymentChange({ observed: owner, desired: owner, ...change })));
    assert.match(
      words({ ...changes, selected: ['a', 'd'] }),
      /Workload shop\/web leaves b, c, and Namespace shop would be deleted/,
    );
    assert.match(words(shrinks(1)), /leaves 2 of a, b, c, .*Namespace shop is deleted/);
    assert.doesNotMatch(words({ ...shrinks(1), observed: keeper }), /Namespace/);
    assert.match(words({ ...shrinks(1), observed: spokeState('owner') }), /may leave clusters, as OCM chooses/);
    assert.match(words(changes), /may leave a, b, c, .*Namespace shop is deleted/);
    assert.doesNotMatch(words({ ...changes, observed: spokeState('keeper') }), /Namespace| a\b/);
    assert.match(words({ desired: elsewhere(owner) }), /shop\/web leaves a, b, c, and Namespace shop would be deleted/);
    assert.match(words({ observed: keeper, desired: elsewhere(keeper) }), /back in Namespace store/);
    assert.match(words({ desired: { ...owner, workloadName: 'cart' } }), /shop\/web leaves a, b, c, and cart comes/);
  });

  it('says where the namespace goes, if others keep it elsewhere or not all agents have heard', () => {
    const words = (change: Partial<DeploymentChange>) =>
      wordsOf(rule, deploymentRequest(deploymentChange({ observed: owner, desired: owner, ...change })));
    const others = (...clusters: string[]) => ({ peers: [peer(spokeState('owner', clusters))] });
    assert.match(
      words({ desired: elsewhere(owner), ...others('a') }),
      /deleted with everything in it on b, c; first let/,
    );
    assert.match(words({ ...changes, ...others('a') }), /; of b, c, Namespace shop is deleted/);
    assert.doesNotMatch(words({ ...changes, ...others('a', 'b', 'c') }), /Namespace/);
    assert.doesNotMatch(words({ ...shrinks(1), ...others('a', 'b', 'c') }), /Namespace/);
    const waiting = words({ observed: keeper, desired: elsewhere(keeper), orphanUnconfirmedOn: ['b'] });
    assert.match(waiting, /leaves a, b, c, and Namespace shop .* on b, where it is not applied yet/);
    assert.match(
      words({ observed: spokeState('owner'), desired: elsewhere(owner) }),
      /leaves its clusters, and Namespace/,
    );
  });

  it('refuses where what is to be kept has not been heard of on a cluster that is left', () => {
    const isMovePending = { observed: keeper, desired: keeper, ...changes, selected: ['a'] };
    const found = (orphanUnconfirmedOn: string[]) =>
      findingsOf(rule, deploymentRequest(deploymentChange({ ...isMovePending, orphanUnconfirmedOn }))).map(
        ({ severity }) => severity,
      );
    assert.deepEqual(found([]), [undefined]);
    assert.deepEqual(found(['a']), [undefined], 'a is not left');
    assert.deepEqual(found(['b']), ['deny']);
  });

  it('says of one that may not be seen what happens to it, and nothing of what it is', () => {
    const hidden = { deployment: { namespace: 'team', name: 'web', visible: false } };
    const words = (change: Partial<DeploymentChange>) =>
      wordsOf(rule, environmentRequest(deploymentChange({ ...hidden, observed: owner, desired: owner, ...change })));
    assert.match(words(changes), /may not see: its Workload would leave clusters$/);
    assert.match(words({ ...changes, selected: ['a'] }), /its namespace would be deleted with everything in it$/);
    for (const change of [changes, { ...changes, selected: ['a'] }]) {
      assert.doesNotMatch(words(change), /team|web|shop|\bb\b/);
    }
  });

  it('tells of five followers at most, what is refused first, however many only warn', () => {
    const warning = (its: string) =>
      deploymentChange({
        deployment: { namespace: 'team', name: its, visible: true },
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
