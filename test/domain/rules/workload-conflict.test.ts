import assert from 'node:assert/strict';
import type { Footprint } from '../../../src/domain/footprint.ts';
import { workloadConflict as rule } from '../../../src/domain/rules/workload-conflict.ts';
import { findingsOf } from '../../support/facts.ts';
import {
  deletionRequest,
  deploymentRequest,
  footprint,
  neighbour,
  transition,
  wordsOf,
} from '../../support/transitions.ts';

const path = 'spec.workload.name';
const at = (clusters: string[] | undefined, namespace = 'shop', workload = 'web') =>
  footprint('owner', clusters, { namespace, workload });

const cases: {
  what: string;
  before?: Footprint;
  after?: Footprint;
  other: Footprint;
  otherBefore?: Footprint;
  verdict?: 'deny' | 'warn';
  why: string;
}[] = [
  {
    what: 'two of one name on one cluster',
    after: at(['a']),
    other: at(['a', 'b']),
    verdict: 'deny',
    why: 'each writes over the other',
  },
  {
    what: 'two of one name on different clusters',
    after: at(['a']),
    other: at(['b']),
    verdict: 'warn',
    why: 'dev and prod',
  },
  { what: 'one that may come anywhere', after: at(undefined), other: at(['b']), verdict: 'deny', why: 'they may meet' },
  {
    what: 'one beside another that is nowhere yet',
    after: at(['a']),
    other: at([]),
    verdict: 'deny',
    why: 'they may meet',
  },
  { what: 'another name', after: at(['a']), other: at(['a'], 'shop', 'cart'), why: 'two Workloads' },
  { what: 'another namespace', after: at(['a']), other: at(['a'], 'store'), why: 'two Workloads' },
  {
    what: 'whatever their lifecycles are',
    after: footprint('unknown', ['a']),
    other: footprint('guest', ['a']),
    verdict: 'deny',
    why: 'they make the same all the same',
  },
  { what: 'an edit beside a conflict', before: at(['a']), after: at(['a']), other: at(['a']), why: 'it was so before' },
  {
    what: 'an edit beside one on other clusters',
    before: at(['a']),
    after: at(['a']),
    other: at(['b']),
    why: 'it was so before',
  },
  {
    what: 'an edit that parts them',
    before: at(['a']),
    after: at(['b']),
    other: at(['a']),
    why: 'it is better than before',
  },
  {
    what: 'an edit that brings them together',
    before: at(['b']),
    after: at(['a']),
    other: at(['a']),
    verdict: 'deny',
    why: 'it was only a warning',
  },
  {
    what: 'a rename into one',
    before: at(['a'], 'shop', 'cart'),
    after: at(['a']),
    other: at(['a']),
    verdict: 'deny',
    why: 'it bore another name',
  },
  {
    what: 'a rename out of one',
    before: at(['a']),
    after: at(['a'], 'shop', 'cart'),
    other: at(['a']),
    why: 'it ends the conflict',
  },
  {
    what: 'another that comes there by the same request',
    before: at(['a']),
    after: at(['a']),
    other: at(['a']),
    otherBefore: at(['a'], 'store'),
    verdict: 'deny',
    why: 'it was elsewhere before',
  },
  { what: 'one of which nothing is known', before: at(['a']), other: at(['a']), why: 'it does not say what it makes' },
];

describe('WorkloadConflict', () => {
  for (const { what, before, after, other, otherBefore, verdict, why } of cases) {
    it(`${verdict === undefined ? 'lets' : verdict === 'deny' ? 'refuses' : 'warns of'} ${what}: ${why}`, () => {
      const neighbours = [neighbour(other, otherBefore === undefined ? {} : { before: otherBefore })];
      const its = transition({ ...(before && { before }), ...(after && { after }), neighbours });
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
      deploymentRequest(transition({ after: at(clusters), neighbours: [neighbour(at(['b', 'c']), { visible })] })),
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
    const neighbours = Array.from({ length: 7 }, (_, index) => neighbour(at(['a']), { name: `cart-${index}` }));
    const found = rule.find(deploymentRequest(transition({ after: at(['a']), neighbours })));
    assert.equal(found.length, 6);
    assert.match(found.at(-1)?.message ?? '', /2 more/);
  });

  it('has nothing to say without deployments', () => {
    assert.deepEqual(findingsOf(rule, deploymentRequest()), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('has nothing to say where works hold a namespace and no Workload in it', () => {
    const none = footprint('owner', ['a'], { workload: '' });
    assert.deepEqual(
      findingsOf(rule, deploymentRequest(transition({ after: none, neighbours: [neighbour(none)] }))),
      [],
    );
  });
});
