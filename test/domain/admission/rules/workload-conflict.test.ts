import assert from 'node:assert/strict';
import { workloadConflict as rule } from '../../../../src/domain/admission/rules/workload-conflict.ts';
import { findingsOf } from '../../../support/facts.ts';
import {
  deletionRequest,
  deploymentRequest,
  spokeState,
  peer,
  deploymentChange,
  wordsOf,
} from '../../../support/deployment-changes.ts';
import type { SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';

const path = 'spec.workload.name';
const at = (clusters: string[] | undefined, namespace = 'shop', workload = 'web') =>
  spokeState('owner', clusters, { namespace, workload });

const cases: {
  what: string;
  observed?: SpokeState;
  desired?: SpokeState;
  other: SpokeState;
  otherBefore?: SpokeState;
  verdict?: 'deny' | 'warn';
  why: string;
}[] = [
  {
    what: 'two of one name on one cluster',
    desired: at(['a']),
    other: at(['a', 'b']),
    verdict: 'deny',
    why: 'each writes over the other',
  },
  {
    what: 'two of one name on different clusters',
    desired: at(['a']),
    other: at(['b']),
    verdict: 'warn',
    why: 'dev and prod',
  },
  {
    what: 'one that may come anywhere',
    desired: at(undefined),
    other: at(['b']),
    verdict: 'deny',
    why: 'they may meet',
  },
  {
    what: 'one beside another that is nowhere yet',
    desired: at(['a']),
    other: at([]),
    verdict: 'deny',
    why: 'they may meet',
  },
  { what: 'another name', desired: at(['a']), other: at(['a'], 'shop', 'cart'), why: 'two Workloads' },
  { what: 'another namespace', desired: at(['a']), other: at(['a'], 'store'), why: 'two Workloads' },
  {
    what: 'whatever their lifecycles are',
    desired: spokeState('unknown', ['a']),
    other: spokeState('guest', ['a']),
    verdict: 'deny',
    why: 'they make the same all the same',
  },
  {
    what: 'an edit beside a conflict',
    observed: at(['a']),
    desired: at(['a']),
    other: at(['a']),
    why: 'it was so before',
  },
  {
    what: 'an edit beside one on other clusters',
    observed: at(['a']),
    desired: at(['a']),
    other: at(['b']),
    why: 'it was so before',
  },
  {
    what: 'an edit that parts them',
    observed: at(['a']),
    desired: at(['b']),
    other: at(['a']),
    why: 'it is better than before',
  },
  {
    what: 'an edit that brings them together',
    observed: at(['b']),
    desired: at(['a']),
    other: at(['a']),
    verdict: 'deny',
    why: 'it was only a warning',
  },
  {
    what: 'a rename into one',
    observed: at(['a'], 'shop', 'cart'),
    desired: at(['a']),
    other: at(['a']),
    verdict: 'deny',
    why: 'it bore another name',
  },
  {
    what: 'a rename out of one',
    observed: at(['a']),
    desired: at(['a'], 'shop', 'cart'),
    other: at(['a']),
    why: 'it ends the conflict',
  },
  {
    what: 'another that comes there by the same request',
    observed: at(['a']),
    desired: at(['a']),
    other: at(['a']),
    otherBefore: at(['a'], 'store'),
    verdict: 'deny',
    why: 'it was elsewhere before',
  },
  {
    what: 'one of which nothing is known',
    observed: at(['a']),
    other: at(['a']),
    why: 'it does not say what it makes',
  },
];

describe('WorkloadConflict', () => {
  for (const { what, observed, desired, other, otherBefore, verdict, why } of cases) {
    it(`${verdict === undefined ? 'lets' : verdict === 'deny' ? 'refuses' : 'warns of'} ${what}: ${why}`, () => {
      const peers = [peer(other, otherBefore === undefined ? {} : { observed: otherBefore })];
      const its = deploymentChange({ ...(observed && { observed }), ...(desired && { desired }), peers });
      const found = findingsOf(rule, deploymentRequest(its));
      assert.deepEqual(
        found,
        verdict === undefined ? [] : [{ path, ...(verdict === 'warn' ? { severity: verdict } : {}) }],
      );
    });
  }

  const words = (visible: boolean, clusters = ['a', 'b']) =>
    wordsOf(
      rule,
      deploymentRequest(deploymentChange({ desired: at(clusters), peers: [peer(at(['b', 'c']), { visible })] })),
    );

  it('names the other one, the Workload, and where they meet', () => {
    assert.match(words(true), /WorkloadDeployment other\/cart makes Workload shop\/web too on b;/);
    assert.match(words(true, ['a']), /other clusters/);
  });

  it('never names what the requester may not see', () => {
    assert.match(words(false), /another WorkloadDeployment/);
    assert.doesNotMatch(words(false), /cart/);
  });

  it('tells of five at most, and counts the rest', () => {
    const peers = Array.from({ length: 7 }, (_, index) => peer(at(['a']), { name: `cart-${index}` }));
    const found = rule.find(deploymentRequest(deploymentChange({ desired: at(['a']), peers })));
    assert.equal(found.length, 6);
    assert.match(found.at(-1)?.message ?? '', /2 more/);
  });

  it('has nothing to say without deployments', () => {
    assert.deepEqual(findingsOf(rule, deploymentRequest()), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('has nothing to say where works hold a namespace and no Workload in it', () => {
    const none = spokeState('owner', ['a'], { workload: '' });
    assert.deepEqual(findingsOf(rule, deploymentRequest(deploymentChange({ desired: none, peers: [peer(none)] }))), []);
  });
});
