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
  messagesOf,
} from '../../../support/deployment-changes.ts';
import type { SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';

const on = ['a', 'b'];
const elsewhere = { namespace: 'store' };

const cases: {
  what: string;
  observed?: SpokeState;
  desired?: SpokeState;
  change?: Partial<DeploymentChange>;
  denied: boolean;
  why: string;
}[] = [
  {
    what: 'create: false of an owner',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    denied: true,
    why: 'H1',
  },
  {
    what: 'create: false of an owner on unknown clusters',
    observed: spokeState('owner'),
    desired: spokeState('guest'),
    denied: true,
    why: 'it may be on any cluster',
  },
  {
    what: 'create: false of an owner on no cluster',
    observed: spokeState('owner', []),
    desired: spokeState('guest'),
    denied: false,
    why: 'the namespace does not exist yet',
  },
  {
    what: 'orphan: true',
    observed: spokeState('owner', on),
    desired: spokeState('keeper', on),
    denied: false,
    why: 'that is the first of two steps',
  },
  {
    what: 'create: false of a keeper',
    observed: spokeState('keeper', on),
    desired: spokeState('guest', on),
    denied: false,
    why: 'that is the second of two steps',
  },
  {
    what: 'create: false of a keeper that is not applied everywhere',
    observed: spokeState('keeper', on),
    desired: spokeState('guest', on),
    change: { orphanUnconfirmedOn: ['b'] },
    denied: true,
    why: 'one agent has not confirmed orphan: true',
  },
  {
    what: 'create: false of a keeper that is not applied everywhere, with an owner',
    observed: spokeState('keeper', on),
    desired: spokeState('guest', on),
    change: { orphanUnconfirmedOn: ['b'], peers: [peer(spokeState('owner', ['b']))] },
    denied: false,
    why: 'the owner protects it where orphan: true is not confirmed',
  },
  {
    what: 'any other edit while orphan: true is not applied',
    observed: spokeState('keeper', on),
    desired: spokeState('keeper', on),
    change: { orphanUnconfirmedOn: on },
    denied: false,
    why: 'the Namespace stays in the ManifestWork',
  },
  {
    what: 'both steps at once',
    observed: spokeState('owner', on),
    desired: { ...spokeState('guest', on), lifecycle: { ...lifecycles.guest, workload: { orphan: true } } },
    denied: true,
    why: 'the agent never applies orphan: true',
  },
  {
    what: 'create: true',
    observed: spokeState('guest', on),
    desired: spokeState('owner', on),
    denied: false,
    why: 'no namespace is deleted',
  },
  {
    what: 'an edit of a guest',
    observed: spokeState('guest', on),
    desired: spokeState('guest', on),
    denied: false,
    why: 'it did not create one',
  },
  {
    what: 'create: false of an owner with another owner',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { peers: [peer(spokeState('owner', on))] },
    denied: false,
    why: 'the other owner protects it; NamespaceLifecycleConflict reports that the two differ then',
  },
  {
    what: 'create: false of an owner with another owner on one of two clusters',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { peers: [peer(spokeState('owner', ['b']))] },
    denied: true,
    why: 'no owner protects it on the other cluster',
  },
  {
    what: 'create: false for all deployments of an Environment',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { peers: [peer(spokeState('guest', on), { observed: spokeState('owner', on) })] },
    denied: true,
    why: 'none of them owns it any more',
  },
  {
    what: 'a move to another namespace',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on, elsewhere),
    denied: false,
    why: 'WorkloadsWouldMove reports that',
  },
  {
    what: 'replaced ManifestWorkReplicaSets of an owner that stays an owner',
    observed: spokeState('owner', on),
    desired: spokeState('owner', on),
    change: { replacesReplicaSets: true },
    denied: false,
    why: 'both own it until the old ones are deleted',
  },
  {
    what: 'replaced ManifestWorkReplicaSets of an owner that becomes a keeper',
    observed: spokeState('owner', on),
    desired: spokeState('keeper', on),
    change: { replacesReplicaSets: true },
    denied: true,
    why: 'H8: the old ones still own it when they are deleted',
  },
  {
    what: 'replaced ManifestWorkReplicaSets of a keeper',
    observed: spokeState('keeper', on),
    desired: spokeState('keeper', on),
    change: { replacesReplicaSets: true },
    denied: false,
    why: 'the old ones orphan it',
  },
  {
    what: 'replaced ManifestWorkReplicaSets while orphan: true is not applied',
    observed: spokeState('keeper', on),
    desired: spokeState('keeper', on),
    change: { replacesReplicaSets: true, orphanUnconfirmedOn: ['b'] },
    denied: true,
    why: 'H8: the old ones still own it on one cluster',
  },
  {
    what: 'replaced ManifestWorkReplicaSets of a keeper that becomes an owner',
    observed: spokeState('keeper', on),
    desired: spokeState('owner', on),
    change: { replacesReplicaSets: true, orphanUnconfirmedOn: ['b'] },
    denied: false,
    why: 'the new ones own it everywhere',
  },
  {
    what: 'an edit after create: false was admitted',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { previouslyDesired: lifecycles.guest },
    denied: false,
    why: 'an earlier request did that, and the controller checks it on apply',
  },
  {
    what: 'create: false while another edit is not applied',
    observed: spokeState('owner', on),
    desired: spokeState('guest', on),
    change: { previouslyDesired: lifecycles.keeper },
    denied: true,
    why: 'orphan: true was requested before and is not applied',
  },
  { what: 'a new deployment', desired: spokeState('guest', on), denied: false, why: 'nothing is on the spokes' },
  {
    what: 'a deployment whose lifecycle is not known',
    observed: spokeState('unknown', on),
    desired: spokeState('guest', on),
    denied: false,
    why: 'its ownership is not known',
  },
  {
    what: 'a deployment that cannot be rendered',
    observed: spokeState('owner', on),
    desired: spokeState('unknown', on),
    denied: false,
    why: 'a render that fails removes nothing',
  },
];

describe('NamespaceWouldBeDeleted', () => {
  for (const { what, observed, desired, change, denied, why } of cases) {
    it(`${denied ? 'denies' : 'allows'} ${what}: ${why}`, () => {
      const tested = deploymentChange({ ...(observed && { observed }), ...(desired && { desired }), ...change });
      assert.deepEqual(
        findingsOf(rule, deploymentRequest(tested)),
        denied ? [{ path: 'spec.environmentRef.name' }] : [],
      );
    });
  }

  it('does not report a deletion, which is intended', () => {
    assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({ observed: spokeState('owner', on) }))), []);
  });

  it('has the path of the field that causes it, and names the deployment', () => {
    const change = deploymentChange({ observed: spokeState('owner', on), desired: spokeState('guest', on) });
    const [finding] = rule.find(environmentRequest(change));
    assert.equal(finding?.path, `${lifecyclePath}.spokeNamespace.create`);
    assert.match(finding.message, /^WorkloadDeployment team\/web: /);
    const hidden = { ...change, deployment: { ...change.deployment, visible: false } };
    assert.doesNotMatch(messagesOf(rule, environmentRequest(hidden)), /team\/web/);
  });

  it('names the namespace, the clusters and the two steps', () => {
    const messages = (change: Partial<DeploymentChange>) =>
      messagesOf(
        rule,
        deploymentRequest(
          deploymentChange({ observed: spokeState('owner', on), desired: spokeState('guest', on), ...change }),
        ),
      );
    assert.match(
      messages({}),
      /Namespace shop on a, b .*first let its Environment keep it \(spokeNamespace\.orphan: true,/,
    );
    assert.match(messages({}), /, then make this change$/, 'a deployment has no field that stops creating it');
    assert.match(messages({ peers: [peer(spokeState('owner', ['b']))] }), /Namespace shop on a would/);
    assert.match(
      messages({ replacesReplicaSets: true, desired: spokeState('keeper', on) }),
      /first let .* then make this change/,
    );
    assert.match(
      messages({ observed: spokeState('keeper', on), orphanUnconfirmedOn: ['b'] }),
      /Namespace shop .*on b,.*orphanPendingClusters/,
    );
    assert.doesNotMatch(messages({ observed: spokeState('owner') }), / on /);
  });

  const ways: { topology?: EnvironmentSpec['topology']; says: RegExp; why: string }[] = [
    {
      says: /first set spokeNamespace\.orphan: true and change nothing else, .*then stop creating it$/,
      why: 'topology-ocm',
    },
    {
      topology: byop('hub', 'gpu'),
      says: /first set a deleteOption that keeps it/,
      why: 'topology-ocm-byop does not support lifecycle',
    },
    {
      topology: { type: 'ours' },
      says: /first set a deleteOption that keeps it/,
      why: 'a custom topology may not have one',
    },
  ];
  for (const { topology, says, why } of ways) {
    it(`says how an edit of the Environment keeps it: ${why}`, () => {
      const change = deploymentChange({ observed: spokeState('owner', on), desired: spokeState('guest', on) });
      const oldObject = environment('team', topology === undefined ? {} : { topology });
      const facts = factsOf(
        { object: environment('team', { topology: { type: 'other' } }), oldObject },
        { changes: [change] },
      );
      assert.match(messagesOf(rule, facts), says);
    });
  }

  it('reports five deployments of an Environment, and counts the others', () => {
    const change = (name: string, visible = true) =>
      deploymentChange({
        deployment: { namespace: 'team', name, visible },
        observed: spokeState('owner', on),
        desired: spokeState('guest', on),
      });
    const found = rule.find(environmentRequest(...Array.from({ length: 9 }, (_, index) => change(`web${index}`))));
    assert.equal(found.length, 6);
    assert.match(found.at(-1)?.message ?? '', /4 more/);
    const [hidden, ...more] = rule.find(
      environmentRequest(...Array.from({ length: 9 }, (_, index) => change(`w${index}`, false))),
    );
    assert.deepEqual(more, [], 'deployments that are not visible are counted');
    assert.match(hidden?.message ?? '', /\(9 times\)$/);
    assert.doesNotMatch(hidden?.message ?? '', /shop|team|w0| a\b/);
  });
});
