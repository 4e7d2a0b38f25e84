import assert from 'node:assert/strict';
import { namespaceLifecycleConflict as rule } from '../../../../src/domain/admission/rules/namespace-lifecycle-conflict.ts';
import { findingsOf } from '../../../support/facts.ts';
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
import type { Ownership, SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';

const path = 'spec.environmentRef.name';
type Severity = 'deny' | 'warn' | undefined;
const verb = (severity: Severity) =>
  severity === undefined ? 'allows' : severity === 'deny' ? 'denies' : 'warns about';
const expected = (severity: Severity, at = path) =>
  severity === undefined ? [] : [{ path: at, ...(severity === rule.severity ? {} : { severity }) }];
const at = (...clusters: string[]) => clusters;

const arrivals: {
  ownership: Ownership | 'unknown';
  on: string[] | undefined;
  other: Ownership | 'unknown';
  otherOn: string[] | undefined;
  severity: Severity;
  why: string;
}[] = [
  { ownership: 'owner', on: at('a'), other: 'owner', otherOn: at('a'), severity: undefined, why: 'H4: two owners' },
  { ownership: 'keeper', on: at('a'), other: 'keeper', otherOn: at('a'), severity: undefined, why: 'both keep it' },
  { ownership: 'guest', on: at('a'), other: 'guest', otherOn: at('a'), severity: undefined, why: 'neither creates it' },
  {
    ownership: 'guest',
    on: at('a'),
    other: 'keeper',
    otherOn: at('a'),
    severity: undefined,
    why: 'neither deletes it',
  },
  { ownership: 'keeper', on: at('a'), other: 'owner', otherOn: at('a'), severity: 'deny', why: 'H2' },
  {
    ownership: 'owner',
    on: at('a'),
    other: 'keeper',
    otherOn: at('a'),
    severity: 'deny',
    why: 'H2, the other way round',
  },
  { ownership: 'guest', on: at('a'), other: 'owner', otherOn: at('a'), severity: 'deny', why: 'H3' },
  {
    ownership: 'owner',
    on: at('a'),
    other: 'guest',
    otherOn: at('a'),
    severity: 'deny',
    why: 'H3, the other way round',
  },
  {
    ownership: 'guest',
    on: at('a', 'b'),
    other: 'owner',
    otherOn: at('b', 'c'),
    severity: 'deny',
    why: 'one cluster is enough',
  },
  {
    ownership: 'guest',
    on: at('a'),
    other: 'owner',
    otherOn: at('b'),
    severity: 'warn',
    why: 'they are on different clusters at present',
  },
  {
    ownership: 'guest',
    on: undefined,
    other: 'owner',
    otherOn: at('b'),
    severity: 'deny',
    why: 'its clusters are not known',
  },
  {
    ownership: 'guest',
    on: at('a'),
    other: 'owner',
    otherOn: undefined,
    severity: 'deny',
    why: 'the clusters of the other are not known',
  },
  {
    ownership: 'guest',
    on: at('a'),
    other: 'owner',
    otherOn: [],
    severity: 'deny',
    why: 'OCM may select any cluster for the other',
  },
  {
    ownership: 'unknown',
    on: at('a'),
    other: 'owner',
    otherOn: at('a'),
    severity: undefined,
    why: 'its lifecycle is not known',
  },
  {
    ownership: 'owner',
    on: at('a'),
    other: 'unknown',
    otherOn: at('a'),
    severity: undefined,
    why: 'the lifecycle of the other is not known',
  },
];

describe('NamespaceLifecycleConflict', () => {
  for (const { ownership, on, other, otherOn, severity, why } of arrivals) {
    const clusters = `on ${on?.join(', ') ?? 'unknown'} with the ${other} on ${otherOn?.join(', ') || 'unknown'}`;
    it(`${verb(severity)} the ${ownership} ${clusters}: ${why}`, () => {
      const peers = [peer(spokeState(other, otherOn))];
      const facts = deploymentRequest(deploymentChange({ desired: spokeState(ownership, on), peers }));
      assert.deepEqual(findingsOf(rule, facts), expected(severity));
    });
  }

  it('allows deployments in different namespaces', () => {
    const peers = [peer(spokeState('guest', ['a'], { namespace: 'store' }))];
    assert.deepEqual(
      findingsOf(rule, deploymentRequest(deploymentChange({ desired: spokeState('owner', ['a']), peers }))),
      [],
    );
  });

  const edits: {
    what: string;
    observed: SpokeState;
    desired: SpokeState;
    other: SpokeState;
    severity: Severity;
    why: string;
  }[] = [
    {
      what: 'an edit of a deployment that conflicts already',
      observed: spokeState('guest', ['a']),
      desired: spokeState('guest', ['a']),
      other: spokeState('owner', ['a']),
      severity: undefined,
      why: 'the conflict existed before',
    },
    {
      what: 'a change to other clusters',
      observed: spokeState('guest', ['a']),
      desired: spokeState('guest', ['b']),
      other: spokeState('owner', ['a']),
      severity: undefined,
      why: 'the conflict is less severe than before',
    },
    {
      what: 'a change to the same clusters',
      observed: spokeState('guest', ['b']),
      desired: spokeState('guest', ['a']),
      other: spokeState('owner', ['a']),
      severity: 'deny',
      why: 'the conflict was only a warning before',
    },
    {
      what: 'a change from owner to keeper',
      observed: spokeState('owner', ['a']),
      desired: spokeState('keeper', ['a']),
      other: spokeState('owner', ['a']),
      severity: 'deny',
      why: 'H2',
    },
    {
      what: 'a change that resolves the conflict',
      observed: spokeState('keeper', ['a']),
      desired: spokeState('owner', ['a']),
      other: spokeState('owner', ['a']),
      severity: undefined,
      why: 'both own it then',
    },
    {
      what: 'a move into a conflict',
      observed: spokeState('guest', ['a'], { namespace: 'store' }),
      desired: spokeState('guest', ['a']),
      other: spokeState('owner', ['a']),
      severity: 'deny',
      why: 'it was in another namespace before',
    },
  ];
  for (const { what, observed, desired, other, severity, why } of edits) {
    it(`${verb(severity)} ${what}: ${why}`, () => {
      const facts = deploymentRequest(deploymentChange({ observed, desired, peers: [peer(other)] }));
      assert.deepEqual(findingsOf(rule, facts), expected(severity));
    });
  }

  it('only warns about a deployment that waited for a new Environment, because it keeps waiting', () => {
    const peers = [peer(spokeState('owner', ['a']))];
    const waiting = deploymentChange({
      observed: spokeState('unknown'),
      desired: spokeState('guest'),
      peers,
      isInitialWait: true,
    });
    assert.deepEqual(
      findingsOf(rule, environmentRequest(waiting)).map(({ severity }) => severity),
      ['warn'],
    );
  });

  it('does not blame a request for what was requested earlier and is not applied yet', () => {
    const [observed, desired] = [spokeState('owner', ['a']), spokeState('keeper', ['a'])];
    const waiting = deploymentChange({
      observed,
      previouslyDesired: lifecycles.keeper,
      desired,
      peers: [peer(spokeState('owner', ['a']))],
    });
    assert.deepEqual(findingsOf(rule, deploymentRequest(waiting)), []);
    const requestedNow = { ...waiting, previouslyDesired: lifecycles.owner };
    assert.deepEqual(findingsOf(rule, deploymentRequest(requestedNow)), expected('deny'));
  });

  it('allows that all deployments of an Environment change together', () => {
    const [observed, desired] = [spokeState('owner', ['a']), spokeState('keeper', ['a'])];
    const change = (name: string) =>
      deploymentChange({ observed, desired, peers: [peer(desired, { name, observed })] });
    assert.deepEqual(findingsOf(rule, environmentRequest(change('cart'), change('till'))), []);
  });

  it('has the path of the lifecycle of an Environment, and names the deployment', () => {
    const peers = [peer(spokeState('owner', ['a']))];
    const change = { observed: spokeState('owner', ['a']), desired: spokeState('guest', ['a']), peers };
    const [finding] = rule.find(environmentRequest(deploymentChange(change)));
    assert.match(finding?.path ?? '', /lifecycle\.spokeNamespace\.create$/);
    assert.match(finding?.message ?? '', /^WorkloadDeployment team\/web: .*WorkloadDeployment other\/cart/);
  });

  const messages = (
    visible: boolean,
    ownership: Ownership,
    other: Ownership,
    on = ['a', 'b'],
    otherOn = ['b', 'c'],
  ) => {
    const peers = [peer(spokeState(other, otherOn), { visible })];
    return messagesOf(rule, deploymentRequest(deploymentChange({ desired: spokeState(ownership, on), peers })));
  };

  it('names the namespace, the clusters, the owner and what the other does', () => {
    assert.match(
      messages(true, 'guest', 'owner'),
      /Namespace shop .*on b\b.*other\/cart owns it and this one does not create it/,
    );
    assert.match(messages(true, 'keeper', 'owner'), /other\/cart owns it and this one keeps it/);
    assert.match(messages(true, 'owner', 'keeper'), /this deployment would own it and .*other\/cart keeps it/);
    assert.match(messages(true, 'owner', 'guest'), /this deployment would own it and .*other\/cart does not create it/);
    assert.match(messages(true, 'owner', 'guest', ['a'], ['b']), /different clusters/);
  });

  it('never names a deployment that the requester may not see', () => {
    for (const ownership of ['guest', 'keeper'] as const) {
      assert.doesNotMatch(messages(false, ownership, 'owner'), /cart|other\//);
      assert.match(messages(false, ownership, 'owner'), /another WorkloadDeployment/);
      assert.doesNotMatch(messages(false, ownership, 'owner'), / on b/, 'nor its clusters');
    }
  });

  it('denies a change after which OCM may select a cluster of another hub namespace', () => {
    const [ours, theirs] = [spokeState('owner', ['a']), spokeState('guest', ['b'])];
    const moving = { observed: ours, desired: ours, mayReachOtherClusters: true };
    const requestWith = (namespace: string) =>
      deploymentRequest(deploymentChange({ ...moving, peers: [peer(theirs, { namespace })] }));
    assert.equal(findingsOf(rule, requestWith('other')).length, 1);
    assert.match(
      messagesOf(rule, requestWith('other')),
      /shared if OCM selects the same cluster for both: .*or predicates/,
    );
    assert.deepEqual(findingsOf(rule, requestWith('team')), [], 'nothing changes within the own hub namespace');
  });

  it('lets a deployment of another hub namespace that has been on no cluster for long block nothing', () => {
    const squatter = peer(spokeState('guest'), { isUnplaced: true });
    const deletion = deletionRequest(deploymentChange({ observed: spokeState('owner', ['a']), peers: [squatter] }));
    assert.deepEqual(findingsOf(rule, deletion), []);
    const creation = deploymentRequest(deploymentChange({ desired: spokeState('owner', ['a']), peers: [squatter] }));
    assert.deepEqual(
      findingsOf(rule, creation).map(({ severity }) => severity),
      ['warn'],
    );
  });

  it('reports at most five problems, denials first', () => {
    const owners = (count: number, on: string) =>
      Array.from({ length: count }, (_, index) => peer(spokeState('owner', [on]), { name: `cart-${index}` }));
    const peers = [...owners(5, 'b'), ...owners(3, 'a')];
    const found = rule.find(deploymentRequest(deploymentChange({ desired: spokeState('guest', ['a']), peers })));
    assert.deepEqual(
      found.map(({ severity }) => severity),
      ['deny', 'deny', 'deny', 'warn', 'warn', 'warn'],
    );
    assert.match(found.at(-1)?.message ?? '', /3 more/);
  });

  const deletions: {
    what: string;
    ownership: Ownership | 'unknown';
    on?: string[];
    others: SpokeState[];
    on2?: string;
    severity: Severity;
    why: string;
  }[] = [
    {
      what: 'an owner with a guest',
      ownership: 'owner',
      on: at('a'),
      others: [spokeState('guest', ['a'])],
      severity: 'deny',
      why: 'H3',
    },
    {
      what: 'an owner with a keeper',
      ownership: 'owner',
      on: at('a'),
      others: [spokeState('keeper', ['a'])],
      severity: 'deny',
      why: 'H2',
    },
    {
      what: 'an owner with another owner',
      ownership: 'owner',
      on: at('a'),
      others: [spokeState('owner', ['a'])],
      severity: undefined,
      why: 'H4',
    },
    {
      what: 'an owner with a guest and another owner',
      ownership: 'owner',
      on: at('a'),
      others: [spokeState('guest', ['a']), spokeState('owner', ['a'])],
      severity: undefined,
      why: 'the other owner protects it',
    },
    {
      what: 'an owner with a guest where another owner is not',
      ownership: 'owner',
      on: at('a', 'b'),
      others: [spokeState('guest', ['b']), spokeState('owner', ['a'])],
      severity: 'deny',
      why: 'no owner protects it there',
    },
    {
      what: 'an owner with a guest where another owner is',
      ownership: 'owner',
      on: at('a', 'b'),
      others: [spokeState('guest', ['a']), spokeState('owner', ['a'])],
      severity: undefined,
      why: 'it is deleted only where the guest is not',
    },
    {
      what: 'an owner with a guest on another cluster',
      ownership: 'owner',
      on: at('a'),
      others: [spokeState('guest', ['b'])],
      severity: undefined,
      why: 'they share no cluster',
    },
    {
      what: 'an owner with a guest that is not placed yet',
      ownership: 'owner',
      on: at('a'),
      others: [spokeState('guest', [])],
      severity: undefined,
      why: 'the guest has no Workload there',
    },
    {
      what: 'an owner with a guest on unknown clusters',
      ownership: 'owner',
      on: at('a'),
      others: [spokeState('guest')],
      severity: 'deny',
      why: 'they may share a cluster',
    },
    {
      what: 'an owner on unknown clusters with a guest',
      ownership: 'owner',
      others: [spokeState('guest', ['a'])],
      severity: 'deny',
      why: 'they may share a cluster',
    },
    {
      what: 'an owner and a guest, both on unknown clusters',
      ownership: 'owner',
      others: [spokeState('guest')],
      severity: 'deny',
      why: 'they may share a cluster',
    },
    {
      what: 'an owner on no cluster',
      ownership: 'owner',
      on: [],
      others: [spokeState('guest', ['a'])],
      severity: undefined,
      why: 'no namespace is deleted',
    },
    {
      what: 'an owner alone',
      ownership: 'owner',
      on: at('a'),
      others: [],
      severity: undefined,
      why: 'there is no peer',
    },
    {
      what: 'an owner with a guest of another namespace',
      ownership: 'owner',
      on: at('a'),
      others: [spokeState('guest', ['a'], { namespace: 'store' })],
      severity: undefined,
      why: 'that namespace stays',
    },
    {
      what: 'an owner with a deployment whose lifecycle is not known',
      ownership: 'owner',
      on: at('a'),
      others: [spokeState('unknown', ['a'])],
      severity: undefined,
      why: 'it may own it too',
    },
    {
      what: 'a keeper with a guest',
      ownership: 'keeper',
      on: at('a'),
      others: [spokeState('guest', ['a'])],
      severity: undefined,
      why: 'the namespace stays',
    },
    {
      what: 'a guest with an owner',
      ownership: 'guest',
      on: at('a'),
      others: [spokeState('owner', ['a'])],
      severity: undefined,
      why: 'the namespace stays',
    },
  ];
  for (const { what, ownership, on, others, severity, why } of deletions) {
    it(`${verb(severity)} the deletion of ${what}: ${why}`, () => {
      const peers = others.map((state, index) => peer(state, { name: `cart-${index}` }));
      const facts = deletionRequest(deploymentChange({ observed: spokeState(ownership, on), peers }));
      assert.deepEqual(findingsOf(rule, facts), expected(severity, ''));
    });
  }

  const unconfirmed: {
    orphanUnconfirmedOn: string[];
    guestOn: string[];
    ownerOn?: string[];
    severity: Severity;
    why: string;
  }[] = [
    {
      orphanUnconfirmedOn: ['b'],
      guestOn: ['b'],
      severity: 'deny',
      why: 'its agent has not confirmed orphan: true',
    },
    {
      orphanUnconfirmedOn: ['b'],
      guestOn: ['a'],
      severity: undefined,
      why: 'orphan: true is confirmed where the guest is',
    },
    {
      orphanUnconfirmedOn: ['b'],
      guestOn: ['b'],
      ownerOn: ['b'],
      severity: undefined,
      why: 'another owner protects it there',
    },
    { orphanUnconfirmedOn: [], guestOn: ['b'], severity: undefined, why: 'orphan: true is confirmed everywhere' },
  ];
  for (const { orphanUnconfirmedOn, guestOn, ownerOn, severity, why } of unconfirmed) {
    it(`${verb(severity)} the deletion of a keeper with a guest: ${why}`, () => {
      const peers = [
        peer(spokeState('guest', guestOn)),
        ...(ownerOn === undefined ? [] : [peer(spokeState('owner', ownerOn), { name: 'till' })]),
      ];
      const change = deploymentChange({ observed: spokeState('keeper', ['a', 'b']), orphanUnconfirmedOn, peers });
      assert.deepEqual(findingsOf(rule, deletionRequest(change)), expected(severity, ''));
      if (severity !== undefined)
        assert.match(messagesOf(rule, deletionRequest(change)), /on b would be deleted .*wait until/);
    });
  }

  it('allows a deployment that has nothing left in a namespace to give it up to another owner', () => {
    const observed = spokeState('owner', ['a'], { workload: '' });
    const peers = [peer(spokeState('owner', ['a']))];
    const absent = spokeState('guest', ['a'], { workload: '' });
    assert.deepEqual(findingsOf(rule, deploymentRequest(deploymentChange({ observed, desired: absent, peers }))), []);
    const present = spokeState('guest', ['a']);
    assert.deepEqual(
      findingsOf(rule, deploymentRequest(deploymentChange({ observed, desired: present, peers }))),
      expected('deny'),
    );
  });

  it('names the clusters of a deleted namespace and the deployment in it', () => {
    const deletionMessages = (visible: boolean, on?: string[]) =>
      messagesOf(
        rule,
        deletionRequest(
          deploymentChange({ observed: spokeState('owner', on), peers: [peer(spokeState('guest'), { visible })] }),
        ),
      );
    assert.match(deletionMessages(true, ['a', 'b']), /Namespace shop on a, b .*WorkloadDeployment other\/cart/);
    assert.doesNotMatch(deletionMessages(true), / on /);
    assert.doesNotMatch(deletionMessages(false, ['a']), /cart| on a/);
  });

  it('finds nothing without an observed state, and nothing without changes', () => {
    assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({ peers: [peer(spokeState('guest'))] }))), []);
    assert.deepEqual(findingsOf(rule, deploymentRequest()), []);
  });
});
