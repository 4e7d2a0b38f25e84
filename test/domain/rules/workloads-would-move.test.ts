import assert from 'node:assert/strict';
import type { Footprint, Transition } from '../../../src/domain/footprint.ts';
import { workloadsWouldMove as rule } from '../../../src/domain/rules/workloads-would-move.ts';
import { findingsOf } from '../../support/facts.ts';
import {
  deletionRequest,
  deploymentRequest,
  environmentRequest,
  footprint,
  neighbour,
  transition,
  wordsOf,
} from '../../support/transitions.ts';

const on = ['a', 'b', 'c'];
const owner = footprint('owner', on);
const keeper = footprint('keeper', on);
const elsewhere = (its: Footprint): Footprint => ({ ...its, namespace: 'store' });
const changes = { placement: { kind: 'changes' } } as const;
const shrinks = (to: number) => ({ placement: { kind: 'shrinks', to } }) as const;
const name = 'spec.workload.name';
const namespace = 'spec.workload.namespace';
const ref = 'spec.environmentRef.name';

const cases: {
  what: string;
  before?: Footprint;
  after?: Footprint;
  change?: Partial<Transition>;
  warned?: string[];
  refused?: string[];
  why: string;
}[] = [
  { what: 'nothing', before: owner, after: owner, why: 'it stays where it is' },
  {
    what: 'another name',
    before: owner,
    after: { ...owner, workload: 'cart' },
    warned: [name],
    why: 'the namespace stays',
  },
  {
    what: 'another namespace of an owner',
    before: owner,
    after: elsewhere(owner),
    refused: [namespace],
    why: 'the namespace dies',
  },
  {
    what: 'another namespace of one that keeps it',
    before: keeper,
    after: elsewhere(keeper),
    warned: [namespace],
    why: 'it is left behind',
  },
  {
    what: 'another namespace of one that is to keep it',
    before: keeper,
    after: elsewhere(keeper),
    change: { pending: ['b'] },
    refused: [namespace],
    why: 'one agent has not heard of that',
  },
  {
    what: 'another namespace of a guest',
    before: footprint('guest', on),
    after: elsewhere(owner),
    warned: [namespace],
    why: 'it was not ours',
  },
  {
    what: 'another namespace beside another owner',
    before: owner,
    after: elsewhere(owner),
    change: { neighbours: [neighbour(owner)] },
    warned: [namespace],
    why: 'the other one keeps it',
  },
  {
    what: 'another namespace beside another owner of the new one',
    before: owner,
    after: elsewhere(owner),
    change: { neighbours: [neighbour(elsewhere(owner))] },
    refused: [namespace],
    why: 'that one is no help',
  },
  {
    what: 'any edit while a move waits that was asked for before',
    before: owner,
    after: elsewhere(owner),
    change: { moving: true },
    why: 'it is none of its doing, and the controller still looks',
  },
  {
    what: 'another namespace from wherever it is',
    before: footprint('owner'),
    after: elsewhere(owner),
    refused: [namespace],
    why: 'it may be anywhere',
  },
  {
    what: 'another namespace and other clusters',
    before: keeper,
    after: elsewhere(keeper),
    change: changes,
    warned: [namespace],
    why: 'the old one is left on every cluster anyway',
  },
  {
    what: 'another name and other clusters',
    before: owner,
    after: { ...owner, workload: 'cart' },
    change: changes,
    warned: [name, ref],
    why: 'two things are told',
  },
  {
    what: 'room for more',
    before: owner,
    after: owner,
    change: { placement: { kind: 'grows' } },
    why: 'it leaves nothing',
  },
  {
    what: 'other clusters',
    before: owner,
    after: owner,
    change: changes,
    warned: [ref],
    why: 'OCM selects anew, and may select the same',
  },
  {
    what: 'other clusters from wherever it is',
    before: footprint('owner'),
    after: owner,
    change: changes,
    warned: [ref],
    why: 'it may be anywhere',
  },
  {
    what: 'other clusters of one that is nowhere',
    before: footprint('owner', []),
    after: owner,
    change: changes,
    why: 'it has nothing to leave',
  },
  {
    what: 'other clusters that are known and all the same',
    before: owner,
    after: owner,
    change: { ...changes, selected: on },
    why: 'it stays where it is',
  },
  {
    what: 'other clusters that are known, one less',
    before: owner,
    after: owner,
    change: { ...changes, selected: ['a', 'b', 'd'] },
    refused: [ref],
    why: 'H5: a namespace dies there',
  },
  {
    what: 'other clusters that are known, one less, beside another owner',
    before: owner,
    after: owner,
    change: { ...changes, selected: ['a', 'b'], neighbours: [neighbour(footprint('owner', ['c']))] },
    warned: [ref],
    why: 'the other one keeps it there',
  },
  {
    what: 'other clusters that are known, one less, of one that keeps it',
    before: keeper,
    after: keeper,
    change: { ...changes, selected: ['a', 'b'] },
    warned: [ref],
    why: 'it is left behind',
  },
  {
    what: 'clusters that are not known',
    before: owner,
    after: owner,
    change: changes,
    warned: [ref],
    why: 'it is judged by nobody yet',
  },
  {
    what: 'no cluster at all',
    before: owner,
    after: owner,
    change: { ...changes, selected: [] },
    refused: [ref],
    why: 'the namespace goes from all that it is on',
  },
  { what: 'fewer clusters', before: keeper, after: keeper, change: shrinks(2), warned: [ref], why: 'it leaves one' },
  { what: 'a lower bound that it is below', before: owner, after: owner, change: shrinks(3), why: 'it is on no more' },
  {
    what: 'a lower bound for wherever it is',
    before: footprint('keeper'),
    after: keeper,
    change: shrinks(2),
    warned: [ref],
    why: 'it may be on more',
  },
  {
    what: 'fewer clusters that are known',
    before: owner,
    after: owner,
    change: { ...shrinks(2), selected: ['a', 'b'] },
    refused: [ref],
    why: 'H5',
  },
  { what: 'a new deployment', after: owner, change: changes, why: 'it was nowhere' },
];

const pathsOf = (found: ReturnType<typeof findingsOf>, severity: 'deny' | undefined) =>
  found.filter((finding) => finding.severity === severity).map(({ path }) => path);

describe('WorkloadsWouldMove', () => {
  for (const { what, before, after, change, warned = [], refused = [], why } of cases) {
    it(`${refused.length > 0 ? 'refuses' : warned.length > 0 ? 'warns of' : 'lets'} ${what}: ${why}`, () => {
      const its = transition({ ...(before && { before }), ...(after && { after }), ...change });
      const found = findingsOf(rule, deploymentRequest(its));
      assert.deepEqual({ warned: pathsOf(found, undefined), refused: pathsOf(found, 'deny') }, { warned, refused });
    });
  }

  it('has nothing to say about a deletion', () => {
    assert.deepEqual(findingsOf(rule, deletionRequest(transition({ before: owner, ...changes }))), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('stands at the topology of an Environment, and says of which deployment', () => {
    const its = transition({ before: owner, after: owner, ...changes });
    const [finding] = rule.find(environmentRequest(its));
    assert.equal(finding?.path, 'spec.topology');
    assert.match(finding.message, /^WorkloadDeployment team\/web: /);
    const hidden = { ...its, deployment: { ...its.deployment, visible: false } };
    assert.doesNotMatch(wordsOf(rule, environmentRequest(hidden)), /team\/web/);
  });

  it('says which Workload leaves which clusters, and what goes along', () => {
    const words = (change: Partial<Transition>) =>
      wordsOf(rule, deploymentRequest(transition({ before: owner, after: owner, ...change })));
    assert.match(
      words({ ...changes, selected: ['a', 'd'] }),
      /Workload shop\/web leaves b, c, and Namespace shop would be deleted/,
    );
    assert.match(words(shrinks(1)), /leaves 2 of a, b, c, .*Namespace shop is deleted/);
    assert.doesNotMatch(words({ ...shrinks(1), before: keeper }), /Namespace/);
    assert.match(words({ ...shrinks(1), before: footprint('owner') }), /may leave clusters, as OCM chooses/);
    assert.match(words(changes), /may leave a, b, c, .*Namespace shop is deleted/);
    assert.doesNotMatch(words({ ...changes, before: footprint('keeper') }), /Namespace| a\b/);
    assert.match(words({ after: elsewhere(owner) }), /shop\/web leaves a, b, c, and Namespace shop would be deleted/);
    assert.match(words({ before: keeper, after: elsewhere(keeper) }), /back in Namespace store/);
    assert.match(words({ after: { ...owner, workload: 'cart' } }), /shop\/web leaves a, b, c, and cart comes/);
  });

  it('says where the namespace goes, if others keep it elsewhere or not all agents have heard', () => {
    const words = (change: Partial<Transition>) =>
      wordsOf(rule, deploymentRequest(transition({ before: owner, after: owner, ...change })));
    const others = (...clusters: string[]) => ({ neighbours: [neighbour(footprint('owner', clusters))] });
    assert.match(
      words({ after: elsewhere(owner), ...others('a') }),
      /deleted with everything in it on b, c; first let/,
    );
    assert.match(words({ ...changes, ...others('a') }), /; of b, c, Namespace shop is deleted/);
    assert.doesNotMatch(words({ ...changes, ...others('a', 'b', 'c') }), /Namespace/);
    assert.doesNotMatch(words({ ...shrinks(1), ...others('a', 'b', 'c') }), /Namespace/);
    const waiting = words({ before: keeper, after: elsewhere(keeper), pending: ['b'] });
    assert.match(waiting, /leaves a, b, c, and Namespace shop .* on b, where it is not applied yet/);
    assert.match(words({ before: footprint('owner'), after: elsewhere(owner) }), /leaves its clusters, and Namespace/);
  });

  it('refuses where what is to be kept has not been heard of on a cluster that is left', () => {
    const moving = { before: keeper, after: keeper, ...changes, selected: ['a'] };
    const found = (pending: string[]) =>
      findingsOf(rule, deploymentRequest(transition({ ...moving, pending }))).map(({ severity }) => severity);
    assert.deepEqual(found([]), [undefined]);
    assert.deepEqual(found(['a']), [undefined], 'a is not left');
    assert.deepEqual(found(['b']), ['deny']);
  });

  it('says of one that may not be seen what happens to it, and nothing of what it is', () => {
    const hidden = { deployment: { namespace: 'team', name: 'web', visible: false } };
    const words = (change: Partial<Transition>) =>
      wordsOf(rule, environmentRequest(transition({ ...hidden, before: owner, after: owner, ...change })));
    assert.match(words(changes), /may not see: its Workload would leave clusters$/);
    assert.match(words({ ...changes, selected: ['a'] }), /its namespace would be deleted with everything in it$/);
    for (const change of [changes, { ...changes, selected: ['a'] }]) {
      assert.doesNotMatch(words(change), /team|web|shop|\bb\b/);
    }
  });

  it('tells of five followers at most, what is refused first, however many only warn', () => {
    const warning = (its: string) =>
      transition({
        deployment: { namespace: 'team', name: its, visible: true },
        before: keeper,
        after: keeper,
        ...changes,
      });
    const denial = transition({ before: owner, after: owner, ...changes, selected: ['a'] });
    const found = findingsOf(
      rule,
      environmentRequest(...Array.from({ length: 7 }, (_, index) => warning(`web${index}`)), denial),
    );
    assert.equal(found.length, 6);
    assert.equal(found[0]?.severity, 'deny');
    assert.deepEqual(pathsOf(found, 'deny').length, 1);
  });
});
