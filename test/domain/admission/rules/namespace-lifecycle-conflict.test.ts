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
  wordsOf,
  type Role,
} from '../../../support/deployment-changes.ts';
import type { SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';

const path = 'spec.environmentRef.name';
type Verdict = 'deny' | 'warn' | undefined;
const verb = (verdict: Verdict) => (verdict === undefined ? 'lets' : verdict === 'deny' ? 'refuses' : 'warns of');
const expected = (verdict: Verdict, at = path) =>
  verdict === undefined ? [] : [{ path: at, ...(verdict === rule.severity ? {} : { severity: verdict }) }];
const at = (...clusters: string[]) => clusters;

const arrivals: {
  role: Role | 'unknown';
  on: string[] | undefined;
  other: Role | 'unknown';
  otherOn: string[] | undefined;
  verdict: Verdict;
  why: string;
}[] = [
  { role: 'owner', on: at('a'), other: 'owner', otherOn: at('a'), verdict: undefined, why: 'H4: two owners' },
  { role: 'keeper', on: at('a'), other: 'keeper', otherOn: at('a'), verdict: undefined, why: 'both leave it behind' },
  { role: 'guest', on: at('a'), other: 'guest', otherOn: at('a'), verdict: undefined, why: 'neither made it' },
  { role: 'guest', on: at('a'), other: 'keeper', otherOn: at('a'), verdict: undefined, why: 'nobody deletes it' },
  { role: 'keeper', on: at('a'), other: 'owner', otherOn: at('a'), verdict: 'deny', why: 'H2' },
  { role: 'owner', on: at('a'), other: 'keeper', otherOn: at('a'), verdict: 'deny', why: 'H2, the other way round' },
  { role: 'guest', on: at('a'), other: 'owner', otherOn: at('a'), verdict: 'deny', why: 'H3' },
  { role: 'owner', on: at('a'), other: 'guest', otherOn: at('a'), verdict: 'deny', why: 'H3, the other way round' },
  {
    role: 'guest',
    on: at('a', 'b'),
    other: 'owner',
    otherOn: at('b', 'c'),
    verdict: 'deny',
    why: 'one cluster is enough',
  },
  { role: 'guest', on: at('a'), other: 'owner', otherOn: at('b'), verdict: 'warn', why: 'on different clusters now' },
  { role: 'guest', on: undefined, other: 'owner', otherOn: at('b'), verdict: 'deny', why: 'where it comes is unknown' },
  {
    role: 'guest',
    on: at('a'),
    other: 'owner',
    otherOn: undefined,
    verdict: 'deny',
    why: 'where the other is is unknown',
  },
  { role: 'guest', on: at('a'), other: 'owner', otherOn: [], verdict: 'deny', why: 'the other may come anywhere' },
  {
    role: 'unknown',
    on: at('a'),
    other: 'owner',
    otherOn: at('a'),
    verdict: undefined,
    why: 'nobody knows what it does',
  },
  {
    role: 'owner',
    on: at('a'),
    other: 'unknown',
    otherOn: at('a'),
    verdict: undefined,
    why: 'nobody knows what the other does',
  },
];

describe('NamespaceLifecycleConflict', () => {
  for (const { role, on, other, otherOn, verdict, why } of arrivals) {
    const places = `on ${on?.join(', ') ?? 'unknown'} beside the ${other} on ${otherOn?.join(', ') || 'unknown'}`;
    it(`${verb(verdict)} the ${role} ${places}: ${why}`, () => {
      const peers = [peer(spokeState(other, otherOn))];
      const facts = deploymentRequest(deploymentChange({ desired: spokeState(role, on), peers }));
      assert.deepEqual(findingsOf(rule, facts), expected(verdict));
    });
  }

  it('lets deployments be in namespaces of their own', () => {
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
    verdict: Verdict;
    why: string;
  }[] = [
    {
      what: 'an edit beside a conflict',
      observed: spokeState('guest', ['a']),
      desired: spokeState('guest', ['a']),
      other: spokeState('owner', ['a']),
      verdict: undefined,
      why: 'it was so before',
    },
    {
      what: 'one that parts them',
      observed: spokeState('guest', ['a']),
      desired: spokeState('guest', ['b']),
      other: spokeState('owner', ['a']),
      verdict: undefined,
      why: 'it is better than before',
    },
    {
      what: 'one that brings them together',
      observed: spokeState('guest', ['b']),
      desired: spokeState('guest', ['a']),
      other: spokeState('owner', ['a']),
      verdict: 'deny',
      why: 'it was only a warning before',
    },
    {
      what: 'one that gives up ownership',
      observed: spokeState('owner', ['a']),
      desired: spokeState('keeper', ['a']),
      other: spokeState('owner', ['a']),
      verdict: 'deny',
      why: 'H2',
    },
    {
      what: 'one that ends a conflict',
      observed: spokeState('keeper', ['a']),
      desired: spokeState('owner', ['a']),
      other: spokeState('owner', ['a']),
      verdict: undefined,
      why: 'both own it now',
    },
    {
      what: 'a move into a conflict',
      observed: spokeState('guest', ['a'], { namespace: 'store' }),
      desired: spokeState('guest', ['a']),
      other: spokeState('owner', ['a']),
      verdict: 'deny',
      why: 'it was elsewhere before',
    },
  ];
  for (const { what, observed, desired, other, verdict, why } of edits) {
    it(`${verb(verdict)} ${what}: ${why}`, () => {
      const facts = deploymentRequest(deploymentChange({ observed, desired, peers: [peer(other)] }));
      assert.deepEqual(findingsOf(rule, facts), expected(verdict));
    });
  }

  it('only warns of one that waited for the Environment that is made: it goes on waiting', () => {
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

  it('charges nobody with what was asked for before and is not applied yet', () => {
    const [observed, desired] = [spokeState('owner', ['a']), spokeState('keeper', ['a'])];
    const waiting = deploymentChange({
      observed,
      previouslyDesired: lifecycles.keeper,
      desired,
      peers: [peer(spokeState('owner', ['a']))],
    });
    assert.deepEqual(findingsOf(rule, deploymentRequest(waiting)), []);
    const anew = { ...waiting, previouslyDesired: lifecycles.owner };
    assert.deepEqual(findingsOf(rule, deploymentRequest(anew)), expected('deny'));
  });

  it('lets all followers of an Environment change at once', () => {
    const [observed, desired] = [spokeState('owner', ['a']), spokeState('keeper', ['a'])];
    const change = (name: string) =>
      deploymentChange({ observed, desired, peers: [peer(desired, { name, observed })] });
    assert.deepEqual(findingsOf(rule, environmentRequest(change('cart'), change('till'))), []);
  });

  it('stands at the lifecycle of an Environment, and says of which deployment', () => {
    const peers = [peer(spokeState('owner', ['a']))];
    const its = { observed: spokeState('owner', ['a']), desired: spokeState('guest', ['a']), peers };
    const [finding] = rule.find(environmentRequest(deploymentChange(its)));
    assert.match(finding?.path ?? '', /lifecycle\.spokeNamespace\.create$/);
    assert.match(finding?.message ?? '', /^WorkloadDeployment team\/web: .*WorkloadDeployment other\/cart/);
  });

  const words = (visible: boolean, role: Role, other: Role, on = ['a', 'b'], otherOn = ['b', 'c']) => {
    const peers = [peer(spokeState(other, otherOn), { visible })];
    return wordsOf(rule, deploymentRequest(deploymentChange({ desired: spokeState(role, on), peers })));
  };

  it('says which namespace, where, who owns it and what the other does', () => {
    assert.match(
      words(true, 'guest', 'owner'),
      /Namespace shop .*on b\b.*other\/cart owns it and this one does not create it/,
    );
    assert.match(words(true, 'keeper', 'owner'), /other\/cart owns it and this one keeps it/);
    assert.match(words(true, 'owner', 'keeper'), /this deployment would own it and .*other\/cart keeps it/);
    assert.match(words(true, 'owner', 'guest'), /this deployment would own it and .*other\/cart does not create it/);
    assert.match(words(true, 'owner', 'guest', ['a'], ['b']), /other clusters/);
  });

  it('never names what the requester may not see', () => {
    for (const role of ['guest', 'keeper'] as const) {
      assert.doesNotMatch(words(false, role, 'owner'), /cart|other\//);
      assert.match(words(false, role, 'owner'), /another WorkloadDeployment/);
    }
  });

  it('tells of five at most, denials first', () => {
    const beside = (count: number, on: string) =>
      Array.from({ length: count }, (_, index) => peer(spokeState('owner', [on]), { name: `cart-${index}` }));
    const peers = [...beside(5, 'b'), ...beside(3, 'a')];
    const found = rule.find(deploymentRequest(deploymentChange({ desired: spokeState('guest', ['a']), peers })));
    assert.deepEqual(
      found.map(({ severity }) => severity),
      ['deny', 'deny', 'deny', 'warn', 'warn', 'warn'],
    );
    assert.match(found.at(-1)?.message ?? '', /3 more/);
  });

  const deletions: {
    what: string;
    role: Role | 'unknown';
    on?: string[];
    beside: SpokeState[];
    on2?: string;
    verdict: Verdict;
    why: string;
  }[] = [
    {
      what: 'an owner with a guest',
      role: 'owner',
      on: at('a'),
      beside: [spokeState('guest', ['a'])],
      verdict: 'deny',
      why: 'H3',
    },
    {
      what: 'an owner with one that keeps',
      role: 'owner',
      on: at('a'),
      beside: [spokeState('keeper', ['a'])],
      verdict: 'deny',
      why: 'H2',
    },
    {
      what: 'an owner with another one',
      role: 'owner',
      on: at('a'),
      beside: [spokeState('owner', ['a'])],
      verdict: undefined,
      why: 'H4',
    },
    {
      what: 'an owner with a guest and another owner',
      role: 'owner',
      on: at('a'),
      beside: [spokeState('guest', ['a']), spokeState('owner', ['a'])],
      verdict: undefined,
      why: 'the other owner keeps it',
    },
    {
      what: 'an owner with a guest where another owner is not',
      role: 'owner',
      on: at('a', 'b'),
      beside: [spokeState('guest', ['b']), spokeState('owner', ['a'])],
      verdict: 'deny',
      why: 'nobody keeps it there',
    },
    {
      what: 'an owner with a guest where another owner is',
      role: 'owner',
      on: at('a', 'b'),
      beside: [spokeState('guest', ['a']), spokeState('owner', ['a'])],
      verdict: undefined,
      why: 'it goes from where the guest is not',
    },
    {
      what: 'an owner with a guest elsewhere',
      role: 'owner',
      on: at('a'),
      beside: [spokeState('guest', ['b'])],
      verdict: undefined,
      why: 'they do not meet',
    },
    {
      what: 'an owner with a guest that is nowhere yet',
      role: 'owner',
      on: at('a'),
      beside: [spokeState('guest', [])],
      verdict: undefined,
      why: 'nothing of it is there to lose',
    },
    {
      what: 'an owner with a guest that may be anywhere',
      role: 'owner',
      on: at('a'),
      beside: [spokeState('guest')],
      verdict: 'deny',
      why: 'it may be there',
    },
    {
      what: 'an owner that may be anywhere with a guest',
      role: 'owner',
      beside: [spokeState('guest', ['a'])],
      verdict: 'deny',
      why: 'it may be there',
    },
    { what: 'both anywhere', role: 'owner', beside: [spokeState('guest')], verdict: 'deny', why: 'they may meet' },
    {
      what: 'an owner that is nowhere',
      role: 'owner',
      on: [],
      beside: [spokeState('guest', ['a'])],
      verdict: undefined,
      why: 'it has nothing to take along',
    },
    { what: 'an owner alone', role: 'owner', on: at('a'), beside: [], verdict: undefined, why: 'nobody else is there' },
    {
      what: 'an owner with a guest of another namespace',
      role: 'owner',
      on: at('a'),
      beside: [spokeState('guest', ['a'], { namespace: 'store' })],
      verdict: undefined,
      why: 'that one stays',
    },
    {
      what: 'an owner with one of which nothing is known',
      role: 'owner',
      on: at('a'),
      beside: [spokeState('unknown', ['a'])],
      verdict: undefined,
      why: 'it may own it too',
    },
    {
      what: 'one that keeps, with a guest',
      role: 'keeper',
      on: at('a'),
      beside: [spokeState('guest', ['a'])],
      verdict: undefined,
      why: 'the namespace stays',
    },
    {
      what: 'a guest with an owner',
      role: 'guest',
      on: at('a'),
      beside: [spokeState('owner', ['a'])],
      verdict: undefined,
      why: 'it only leaves',
    },
  ];
  for (const { what, role, on, beside, verdict, why } of deletions) {
    it(`${verb(verdict)} the deletion of ${what}: ${why}`, () => {
      const peers = beside.map((its, index) => peer(its, { name: `cart-${index}` }));
      const facts = deletionRequest(deploymentChange({ observed: spokeState(role, on), peers }));
      assert.deepEqual(findingsOf(rule, facts), expected(verdict, ''));
    });
  }

  const waitings: {
    orphanUnconfirmedOn: string[];
    guestOn: string[];
    besides?: string[];
    verdict: Verdict;
    why: string;
  }[] = [
    {
      orphanUnconfirmedOn: ['b'],
      guestOn: ['b'],
      verdict: 'deny',
      why: 'its agent has not heard that it is to be kept',
    },
    { orphanUnconfirmedOn: ['b'], guestOn: ['a'], verdict: undefined, why: 'the guest is where it is kept' },
    {
      orphanUnconfirmedOn: ['b'],
      guestOn: ['b'],
      besides: ['b'],
      verdict: undefined,
      why: 'another owner keeps it there',
    },
    { orphanUnconfirmedOn: [], guestOn: ['b'], verdict: undefined, why: 'it is kept everywhere' },
  ];
  for (const { orphanUnconfirmedOn, guestOn, besides, verdict, why } of waitings) {
    it(`${verb(verdict)} the deletion of one that is to keep it, beside a guest: ${why}`, () => {
      const peers = [
        peer(spokeState('guest', guestOn)),
        ...(besides === undefined ? [] : [peer(spokeState('owner', besides), { name: 'keeper' })]),
      ];
      const its = deploymentChange({ observed: spokeState('keeper', ['a', 'b']), orphanUnconfirmedOn, peers });
      assert.deepEqual(findingsOf(rule, deletionRequest(its)), expected(verdict, ''));
      if (verdict !== undefined) assert.match(wordsOf(rule, deletionRequest(its)), /on b would go .*wait until/);
    });
  }

  it('lets one give up a namespace that another one owns, where it has nothing in it any more', () => {
    const observed = spokeState('owner', ['a'], { workload: '' });
    const peers = [peer(spokeState('owner', ['a']))];
    const gone = spokeState('guest', ['a'], { workload: '' });
    assert.deepEqual(findingsOf(rule, deploymentRequest(deploymentChange({ observed, desired: gone, peers }))), []);
    const stays = spokeState('guest', ['a']);
    assert.deepEqual(
      findingsOf(rule, deploymentRequest(deploymentChange({ observed, desired: stays, peers }))),
      expected('deny'),
    );
  });

  it('says where a deletion takes the namespace from under whom', () => {
    const gone = (visible: boolean, on?: string[]) =>
      wordsOf(
        rule,
        deletionRequest(
          deploymentChange({ observed: spokeState('owner', on), peers: [peer(spokeState('guest'), { visible })] }),
        ),
      );
    assert.match(gone(true, ['a', 'b']), /Namespace shop on a, b .*WorkloadDeployment other\/cart/);
    assert.doesNotMatch(gone(true), / on /);
    assert.doesNotMatch(gone(false, ['a']), /cart/);
  });

  it('has nothing to say about a deployment of which nothing is known, or without any', () => {
    assert.deepEqual(findingsOf(rule, deletionRequest(deploymentChange({ peers: [peer(spokeState('guest'))] }))), []);
    assert.deepEqual(findingsOf(rule, deploymentRequest()), []);
  });
});
