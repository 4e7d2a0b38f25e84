import assert from 'node:assert/strict';
import type { EnvironmentSpec } from '../../../src/api/environment.ts';
import { lifecyclePath } from '../../../src/domain/declared-lifecycle.ts';
import type { Footprint, Transition } from '../../../src/domain/footprint.ts';
import { namespaceWouldBeDeleted as rule } from '../../../src/domain/rules/namespace-would-be-deleted.ts';
import { factsOf, findingsOf } from '../../support/facts.ts';
import { byop, environment } from '../../support/manifests.ts';
import {
  deletionRequest,
  deploymentRequest,
  environmentRequest,
  footprint,
  lifecycles,
  neighbour,
  transition,
  wordsOf,
} from '../../support/transitions.ts';

const on = ['a', 'b'];
const elsewhere = { namespace: 'store' };

const cases: {
  what: string;
  before?: Footprint;
  after?: Footprint;
  change?: Partial<Transition>;
  refused: boolean;
  why: string;
}[] = [
  {
    what: 'create: false on an owned one',
    before: footprint('owner', on),
    after: footprint('guest', on),
    refused: true,
    why: 'H1',
  },
  {
    what: 'create: false wherever it is',
    before: footprint('owner'),
    after: footprint('guest'),
    refused: true,
    why: 'it may be anywhere',
  },
  {
    what: 'create: false where it is nowhere',
    before: footprint('owner', []),
    after: footprint('guest'),
    refused: false,
    why: 'there is none yet',
  },
  {
    what: 'orphan: true',
    before: footprint('owner', on),
    after: footprint('keeper', on),
    refused: false,
    why: 'that is the first of two steps',
  },
  {
    what: 'create: false on one that is kept',
    before: footprint('keeper', on),
    after: footprint('guest', on),
    refused: false,
    why: 'that is the second of two steps',
  },
  {
    what: 'create: false on one that is to be kept',
    before: footprint('keeper', on),
    after: footprint('guest', on),
    change: { pending: ['b'] },
    refused: true,
    why: 'one agent has not heard of that',
  },
  {
    what: 'create: false on one that is to be kept, beside an owner',
    before: footprint('keeper', on),
    after: footprint('guest', on),
    change: { pending: ['b'], neighbours: [neighbour(footprint('owner', ['b']))] },
    refused: false,
    why: 'the other one keeps it where the agent has not heard',
  },
  {
    what: 'any other edit while orphan: true waits',
    before: footprint('keeper', on),
    after: footprint('keeper', on),
    change: { pending: on },
    refused: false,
    why: 'the Namespace stays in the work',
  },
  {
    what: 'both steps at once',
    before: footprint('owner', on),
    after: { ...footprint('guest', on), lifecycle: { ...lifecycles.guest, workload: { orphan: true } } },
    refused: true,
    why: 'the agent never hears of orphan: true',
  },
  {
    what: 'create: true',
    before: footprint('guest', on),
    after: footprint('owner', on),
    refused: false,
    why: 'none goes',
  },
  {
    what: 'an edit of a guest',
    before: footprint('guest', on),
    after: footprint('guest', on),
    refused: false,
    why: 'none was made',
  },
  {
    what: 'create: false beside an owner',
    before: footprint('owner', on),
    after: footprint('guest', on),
    change: { neighbours: [neighbour(footprint('owner', on))] },
    refused: false,
    why: 'the other one keeps it; that the two differ then is for NamespaceLifecycleConflict to say',
  },
  {
    what: 'create: false beside an owner on one of two clusters',
    before: footprint('owner', on),
    after: footprint('guest', on),
    change: { neighbours: [neighbour(footprint('owner', ['b']))] },
    refused: true,
    why: 'nobody keeps it on the other',
  },
  {
    what: 'create: false for all followers at once',
    before: footprint('owner', on),
    after: footprint('guest', on),
    change: { neighbours: [neighbour(footprint('guest', on), { before: footprint('owner', on) })] },
    refused: true,
    why: 'none of them keeps it',
  },
  {
    what: 'a move to another namespace',
    before: footprint('owner', on),
    after: footprint('guest', on, elsewhere),
    refused: false,
    why: 'WorkloadsWouldMove says that',
  },
  {
    what: 'works that others replace and that own it too',
    before: footprint('owner', on),
    after: footprint('owner', on),
    change: { replaced: true },
    refused: false,
    why: 'two owners, until the old one goes',
  },
  {
    what: 'works that others replace and that only keep it',
    before: footprint('owner', on),
    after: footprint('keeper', on),
    change: { replaced: true },
    refused: true,
    why: 'H8: the old works go, and own it when they do',
  },
  {
    what: 'works that others replace where it is kept already',
    before: footprint('keeper', on),
    after: footprint('keeper', on),
    change: { replaced: true },
    refused: false,
    why: 'the old works leave it behind',
  },
  {
    what: 'works that others replace while orphan: true waits',
    before: footprint('keeper', on),
    after: footprint('keeper', on),
    change: { replaced: true, pending: ['b'] },
    refused: true,
    why: 'H8: the old works still own it on one cluster, and go',
  },
  {
    what: 'works that owners replace while orphan: true waits',
    before: footprint('keeper', on),
    after: footprint('owner', on),
    change: { replaced: true, pending: ['b'] },
    refused: false,
    why: 'those that come own it everywhere',
  },
  {
    what: 'an edit after create: false was admitted',
    before: footprint('owner', on),
    after: footprint('guest', on),
    change: { asked: lifecycles.guest },
    refused: false,
    why: 'it is none of its doing, and the controller still looks',
  },
  {
    what: 'create: false while another edit waits',
    before: footprint('owner', on),
    after: footprint('guest', on),
    change: { asked: lifecycles.keeper },
    refused: true,
    why: 'what was asked for before would have kept it, and is not applied',
  },
  { what: 'a new deployment', after: footprint('guest', on), refused: false, why: 'it had none' },
  {
    what: 'what nobody knows',
    before: footprint('unknown', on),
    after: footprint('guest', on),
    refused: false,
    why: 'nothing can be said',
  },
  {
    what: 'what nobody can render',
    before: footprint('owner', on),
    after: footprint('unknown', on),
    refused: false,
    why: 'a render that fails removes nothing',
  },
];

describe('NamespaceWouldBeDeleted', () => {
  for (const { what, before, after, change, refused, why } of cases) {
    it(`${refused ? 'refuses' : 'lets'} ${what}: ${why}`, () => {
      const its = transition({ ...(before && { before }), ...(after && { after }), ...change });
      assert.deepEqual(findingsOf(rule, deploymentRequest(its)), refused ? [{ path: 'spec.environmentRef.name' }] : []);
    });
  }

  it('has nothing to say about a deletion, which is asked for', () => {
    assert.deepEqual(findingsOf(rule, deletionRequest(transition({ before: footprint('owner', on) }))), []);
  });

  it('stands at the field that does it, and says of which deployment', () => {
    const its = transition({ before: footprint('owner', on), after: footprint('guest', on) });
    const [finding] = rule.find(environmentRequest(its));
    assert.equal(finding?.path, `${lifecyclePath}.spokeNamespace.create`);
    assert.match(finding.message, /^WorkloadDeployment team\/web: /);
    const hidden = { ...its, deployment: { ...its.deployment, visible: false } };
    assert.doesNotMatch(wordsOf(rule, environmentRequest(hidden)), /team\/web/);
  });

  it('says which namespace, on which clusters, and the two steps', () => {
    const words = (change: Partial<Transition>) =>
      wordsOf(
        rule,
        deploymentRequest(transition({ before: footprint('owner', on), after: footprint('guest', on), ...change })),
      );
    assert.match(
      words({}),
      /Namespace shop on a, b .*first let its Environment keep it \(spokeNamespace\.orphan: true,/,
    );
    assert.match(words({}), /, then make this change$/, 'whoever re-pins a deployment creates nothing');
    assert.match(words({ neighbours: [neighbour(footprint('owner', ['b']))] }), /Namespace shop on a would/);
    assert.match(words({ replaced: true, after: footprint('keeper', on) }), /first let .* then make this change/);
    assert.match(words({ before: footprint('keeper', on), pending: ['b'] }), /Namespace shop .*on b,.*pendingClusters/);
    assert.doesNotMatch(words({ before: footprint('owner') }), / on /);
  });

  const ways: { topology?: EnvironmentSpec['topology']; says: RegExp; why: string }[] = [
    {
      says: /first set spokeNamespace\.orphan: true and change nothing else, .*then stop creating it$/,
      why: 'topology-ocm',
    },
    { topology: byop('hub', 'gpu'), says: /first let a deleteOption keep it/, why: 'byop takes no lifecycle' },
    { topology: { type: 'ours' }, says: /first let a deleteOption keep it/, why: 'one of your own may take none' },
  ];
  for (const { topology, says, why } of ways) {
    it(`says how whoever edits the Environment keeps it: ${why}`, () => {
      const its = transition({ before: footprint('owner', on), after: footprint('guest', on) });
      const oldObject = environment('team', topology === undefined ? {} : { topology });
      const facts = factsOf(
        { object: environment('team', { topology: { type: 'other' } }), oldObject },
        { transitions: [its] },
      );
      assert.match(wordsOf(rule, facts), says);
    });
  }

  it('tells of five followers of an Environment, and counts the rest', () => {
    const its = (name: string, visible = true) =>
      transition({
        deployment: { namespace: 'team', name, visible },
        before: footprint('owner', on),
        after: footprint('guest', on),
      });
    const found = rule.find(environmentRequest(...Array.from({ length: 9 }, (_, index) => its(`web${index}`))));
    assert.equal(found.length, 6);
    assert.match(found.at(-1)?.message ?? '', /4 more/);
    const [hidden, ...more] = rule.find(
      environmentRequest(...Array.from({ length: 9 }, (_, index) => its(`w${index}`, false))),
    );
    assert.deepEqual(more, [], 'those that may not be seen are counted');
    assert.match(hidden?.message ?? '', /\(9 times\)$/);
    assert.doesNotMatch(hidden?.message ?? '', /shop|team|w0| a\b/);
  });
});
