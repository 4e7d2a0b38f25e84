import assert from 'node:assert/strict';
import { workloadConflict as rule } from '../../../../src/domain/admission/rules/workload-conflict.ts';
import { findingsOf } from '../../../support/facts.ts';
import {
  deletionRequest,
  deploymentRequest,
  spokeState,
  peer,
  deploymentChange,
  messagesOf,
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
  severity?: 'deny' | 'warn';
  why: string;
}[] = [
  {
    what: 'two of one name on one cluster',
    desired: at(['a']),
    other: at(['a', 'b']),
    severity: 'deny',
    why: 'each writes over the other',
  },
  {
    what: 'two of one name on different clusters',
    desired: at(['a']),
    other: at(['b']),
    severity: 'warn',
    why: 'dev and prod',
  },
  {
    what: 'one that may come anywhere',
    desired: at(undefined),
    other: at(['b']),
    severity: 'deny',
    why: 'they may meet',
  },
  {
    what: 'one beside another that is nowhere yet',
    desired: at(['a']),
    other: at([]),
    severity: 'deny',
    why: 'they may meet',
  },
  { what: 'another name', desired: at(['a']), other: at(['a'], 'shop', 'cart'), why: 'two Workloads' },
  { what: 'another namespace', desired: at(['a']), other: at(['a'], 'store'), why: 'two Workloads' },
  {
    what: 'whatever their lifecycles are',
    desired: spokeState('unknown', ['a']),
    other: spokeState('guest', ['a']),
    severity: 'deny',
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
    severity: 'deny',
    why: 'it was only a warning',
  },
  {
    what: 'a rename into one',
    observed: at(['a'], 'shop', 'cart'),
    desired: at(['a']),
    other: at(['a']),
    severity: 'deny',
    why: 'it bore another name',
  },
  {
    what: 'a rename of a deployment that conflicts',
    observed: at(['a']),
    desired: at(['a'], 'shop', 'cart'),
    other: at(['a']),
    why: 'it resolves the conflict',
  },
  {
    what: 'a peer that the same request moves there',
    observed: at(['a']),
    desired: at(['a']),
    other: at(['a']),
    otherBefore: at(['a'], 'store'),
    severity: 'deny',
    why: 'it was in another namespace before',
  },
  {
    what: 'a deployment without a desired state',
    observed: at(['a']),
    other: at(['a']),
    why: 'it does not name a Workload',
  },
];

describe('WorkloadConflict', () => {
  for (const { what, observed, desired, other, otherBefore, severity, why } of cases) {
    it(`${severity === undefined ? 'allows' : severity === 'deny' ? 'denies' : 'warns about'} ${what}: ${why}`, () => {
      const peers = [peer(other, otherBefore === undefined ? {} : { observed: otherBefore })];
      const its = deploymentChange({ ...(observed && { observed }), ...(desired && { desired }), peers });
      const found = findingsOf(rule, deploymentRequest(its));
      assert.deepEqual(found, severity === undefined ? [] : [{ path, ...(severity === 'warn' ? { severity } : {}) }]);
    });
  }

  const messages = (visible: boolean, clusters = ['a', 'b']) =>
    messagesOf(
      rule,
      deploymentRequest(deploymentChange({ desired: at(clusters), peers: [peer(at(['b', 'c']), { visible })] })),
    );

  it('names the other deployment, the Workload and the shared clusters', () => {
    assert.match(messages(true), /WorkloadDeployment other\/cart creates Workload shop\/web too on b;/);
    assert.match(messages(true, ['a']), /different clusters/);
  });

  it('never names a deployment that the requester may not see', () => {
    assert.match(messages(false), /another WorkloadDeployment/);
    assert.doesNotMatch(messages(false), /cart/);
  });

  it('reports at most five problems, and counts the others', () => {
    const peers = Array.from({ length: 7 }, (_, index) => peer(at(['a']), { name: `cart-${index}` }));
    const found = rule.find(deploymentRequest(deploymentChange({ desired: at(['a']), peers })));
    assert.equal(found.length, 6);
    assert.match(found.at(-1)?.message ?? '', /2 more/);
  });

  it('finds nothing without changes', () => {
    assert.deepEqual(findingsOf(rule, deploymentRequest()), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('finds nothing if the ManifestWorks contain a Namespace and no Workload in it', () => {
    const none = spokeState('owner', ['a'], { workload: '' });
    assert.deepEqual(findingsOf(rule, deploymentRequest(deploymentChange({ desired: none, peers: [peer(none)] }))), []);
  });
});
