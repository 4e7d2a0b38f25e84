import assert from 'node:assert/strict';
import type { EnvironmentSpec } from '../../../../src/api/environment.ts';
import { lifecyclePath } from '../../../../src/domain/spoke/declared-lifecycle.ts';
import type { DeploymentChange } from '../../../../src/domain/spoke/change.ts';
import { namespaceWouldBeDeleted as rule } from '../../../../src/domain/admission/rules/namespace-would-be-deleted.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { byop, environment } from '../../../support/manifests.ts';
import {
  deletionRequest,
  deploymentRequest,
  environmentRequest,
  spokeState,
  lifecycles,
  peer,
  deploymentChange,
  wordsOf,
} from '../../../support/deployment-changes.ts';
import type { SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';

const on = ['a', 'b'];
const elsewhere = { namespace: 'store' };

const cases: {
  what: string;
  observed?: SpokeState;
  desired?: SpokeState;
  change?: Partial<DeploymentChange>;
  refused: boolean;
  why: string;
}[] = [
  {
    what: 'create: false on an owned one',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    refused: true,
    why: 'H1',
  },
  {
    what: 'create: false wherever it is',
    observed: spokeState('owner'),
    desired: spokeState('guest'),
    refused: true,
    why: 'it may be anywhere',
  },
  {
    what: 'create: false where it is nowhere',
    observed: spokeState('owner', []),
    desired: spokeState('guest'),
    refused: false,
    why: 'there is none yet',
  },
  {
    what: 'orphan: true',
    observed: spokeState('owner', on),
    desired: spokeState('keeper', on),
    refused: false,
    why: 'that is the first of two steps',
  },
  {
    what: 'create: false on one that is kept',
    observed: spokeState('keeper', on),
    desired: spokeState('guest', on),
    refused: false,
    why: 'that is the second of two steps',
  },
  {
    what: 'create: false on one that is to be kept',
    observed: spokeState('keeper', on),
    desired: spokeState('guest', on),
    change: { orphanUnconfirmedOn: ['b'] },
    refused: true,
    why: 'one agent has not heard of that',
  },
  {
    what: 'create: false on one that is to be kept, beside an owner',
    observed: spokeState('keeper', on),
    desired: spokeState('guest', on),
    change: { orphanUnconfirmedOn: ['b'], peers: [peer(spokeState('owner', ['b']))] },
    refused: false,
    why: 'the other one keeps it where the agent has not heard',
  },
  {
    what: 'any other edit while orphan: true waits',
    observed: spokeState('keeper', on),
    desired: spokeState('keeper', on),
    change: { orphanUnconfirmedOn: on },
    refused: false,
    why: 'the Namespace stays in the work',
  },
  {
    what: 'both steps at once',
    observed: spokeState('owner', on),
    desired: { ...spokeState('guest', on), lifecycle: { ...lifecycles.guest, workload: { orphan: true } } },
    refused: true,
    why: 'the agent never hears of orphan: true',
  },
  {
    what: 'create: true',
    observed: spokeState('guest', on),
    desired: spokeState('owner', on),
    refused: false,
    why: 'none goes',
  },
  {
    what: 'an edit of a guest',
    observed: spokeState('guest', on),
    desired: spokeState('guest', on),
    refused: false,
    why: 'none was made',
  },
  {
    what: 'create: false beside an owner',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { peers: [peer(spokeState('owner', on))] },
    refused: false,
    why: 'the other one keeps it; that the two differ then is for NamespaceLifecycleConflict to say',
  },
  {
    what: 'create: false beside an owner on one of two clusters',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { peers: [peer(spokeState('owner', ['b']))] },
    refused: true,
    why: 'nobody keeps it on the other',
  },
  {
    what: 'create: false for all followers at once',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { peers: [peer(spokeState('guest', on), { observed: spokeState('owner', on) })] },
    refused: true,
    why: 'none of them keeps it',
  },
  {
    what: 'a move to another namespace',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on, elsewhere),
    refused: false,
    why: 'WorkloadsWouldMove says that',
  },
  {
    what: 'works that others replace and that own it too',
    observed: spokeState('owner', on),
    desired: spokeState('owner', on),
    change: { replacesReplicaSets: true },
    refused: false,
    why: 'two owners, until the old one goes',
  },
  {
    what: 'works that others replace and that only keep it',
    observed: spokeState('owner', on),
    desired: spokeState('keeper', on),
    change: { replacesReplicaSets: true },
    refused: true,
    why: 'H8: the old works go, and own it when they do',
  },
  {
    what: 'works that others replace where it is kept already',
    observed: spokeState('keeper', on),
    desired: spokeState('keeper', on),
    change: { replacesReplicaSets: true },
    refused: false,
    why: 'the old works leave it behind',
  },
  {
    what: 'works that others replace while orphan: true waits',
    observed: spokeState('keeper', on),
    desired: spokeState('keeper', on),
    change: { replacesReplicaSets: true, orphanUnconfirmedOn: ['b'] },
    refused: true,
    why: 'H8: the old works still own it on one cluster, and go',
  },
  {
    what: 'works that owners replace while orphan: true waits',
    observed: spokeState('keeper', on),
    desired: spokeState('owner', on),
    change: { replacesReplicaSets: true, orphanUnconfirmedOn: ['b'] },
    refused: false,
    why: 'those that come own it everywhere',
  },
  {
    what: 'an edit after create: false was admitted',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { previouslyDesired: lifecycles.guest },
    refused: false,
    why: 'it is none of its doing, and the controller still looks',
  },
  {
    what: 'create: false while another edit waits',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { previouslyDesired: lifecycles.keeper },
    refused: true,
    why: 'what was asked for before would have kept it, and is not applied',
  },
  { what: 'a new deployment', desired: spokeState('guest', on), refused: false, why: 'it had none' },
  {
    what: 'what nobody knows',
    observed: spokeState('unknown', on),
    desired: spokeState('guest', on),
    refused: false,
    why: 'nothing can be said',
  },
  {
    what: 'what nobody can render',
    observed: spokeState('owner', on),
    desired: spokeState('unknown', on),
    refused: false,
    why: 'a render that fails removes nothing',
  },
];

describe('NamespaceWouldBeDeleted', () => {
  for (const { what, observed, desired, change, refused, why } of cases) {
    it(`${refused ? 'refuses' : 'lets'} ${what}: ${why}`, () => {
      const its = deploymentChange({ ...(observed && { observed }), ...(desired && { desired }), ...change });
      assert.deepEqual(findingsOf(rule, deploymentRequest(its)), refused ? [{ path: 'spec.environmentRef.name' }] : []);
    });
  }

  it('has nothing to say about a deletion, which is asked for', () => {
    assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({ observed: spokeState('owner', on) }))), []);
  });

  it('stands at the field that does it, and says of which deployment', () => {
    const its = deploymentChange({ observed: spokeState('owner', on), desired: spokeState('guest', on) });
    const [finding] = rule.find(environmentRequest(its));
    assert.equal(finding?.path, `${lifecyclePath}.spokeNamespace.create`);
    assert.match(finding.message, /^WorkloadDeployment team\/web: /);
    const hidden = { ...its, deployment: { ...its.deployment, visible: false } };
    assert.doesNotMatch(wordsOf(rule, environmentRequest(hidden)), /team\/web/);
  });

  it('says which namespace, on which clusters, and the two steps', () => {
    const words = (change: Partial<DeploymentChange>) =>
      wordsOf(
        rule,
        deploymentRequest(
          deploymentChange({ observed: spokeState('owner', on), desired: spokeState('guest', on), ...change }),
        ),
      );
    assert.match(
      words({}),
      /Namespace shop on a, b .*first let its Environment keep it \(spokeNamespace\.orphan: true,/,
    );
    assert.match(words({}), /, then make this change$/, 'whoever re-pins a deployment creates nothing');
    assert.match(words({ peers: [peer(spokeState('owner', ['b']))] }), /Namespace shop on a would/);
    assert.match(
      words({ replacesReplicaSets: true, desired: spokeState('keeper', on) }),
      /first let .* then make this change/,
    );
    assert.match(
      words({ observed: spokeState('keeper', on), orphanUnconfirmedOn: ['b'] }),
      /Namespace shop .*on b,.*pendingClusters/,
    );
    assert.doesNotMatch(words({ observed: spokeState('owner') }), / on /);
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
      const its = deploymentChange({ observed: spokeState('owner', on), desired: spokeState('guest', on) });
      const oldObject = environment('team', topology === undefined ? {} : { topology });
      const facts = factsOf(
        { object: environment('team', { topology: { type: 'other' } }), oldObject },
        { changes: [its] },
      );
      assert.match(wordsOf(rule, facts), says);
    });
  }

  it('tells of five followers of an Environment, and counts the rest', () => {
    const its = (name: string, visible = true) =>
      deploymentChange({
        deployment: { namespace: 'team', name, visible },
        observed: spokeState('owner', on),
        desired: spokeState('guest', on),
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
