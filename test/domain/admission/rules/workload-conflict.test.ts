import assert from 'node:assert/strict';
import { workloadConflict as rule } from '../../../../src/domain/admission/rules/workload-conflict.ts';
import { findingsOf } from '../../../support/facts.ts';
import {
  deletionRequest,
  deploymentRequest,
  environmentRequest,
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
    what: 'two Workloads with the same name on a shared cluster',
    desired: at(['a']),
    other: at(['a', 'b']),
    severity: 'deny',
    why: 'each overwrites the other',
  },
  {
    what: 'two Workloads with the same name on different clusters',
    desired: at(['a']),
    other: at(['b']),
    severity: 'warn',
    why: 'the clusters may be those of dev and prod',
  },
  {
    what: 'a deployment whose clusters are not known',
    desired: at(undefined),
    other: at(['b']),
    severity: 'deny',
    why: 'they may share a cluster',
  },
  {
    what: 'a peer that is not on a cluster yet',
    desired: at(['a']),
    other: at([]),
    severity: 'deny',
    why: 'they may share a cluster',
  },
  { what: 'another name', desired: at(['a']), other: at(['a'], 'shop', 'cart'), why: 'two Workloads' },
  { what: 'another namespace', desired: at(['a']), other: at(['a'], 'store'), why: 'two Workloads' },
  {
    what: 'deployments with different lifecycles',
    desired: spokeState('unknown', ['a']),
    other: spokeState('guest', ['a']),
    severity: 'deny',
    why: 'the lifecycle does not matter',
  },
  {
    what: 'an edit that does not change a conflict',
    observed: at(['a']),
    desired: at(['a']),
    other: at(['a']),
    why: 'the conflict existed before',
  },
  {
    what: 'an edit that does not change a possible conflict',
    observed: at(['a']),
    desired: at(['a']),
    other: at(['b']),
    why: 'the conflict existed before',
  },
  {
    what: 'an edit that moves the deployment to another cluster',
    observed: at(['a']),
    desired: at(['b']),
    other: at(['a']),
    why: 'the conflict is less severe than before',
  },
  {
    what: 'an edit that moves the deployment to the cluster of the other',
    observed: at(['b']),
    desired: at(['a']),
    other: at(['a']),
    severity: 'deny',
    why: 'the conflict was only a warning before',
  },
  {
    what: 'a rename to the name of the other Workload',
    observed: at(['a'], 'shop', 'cart'),
    desired: at(['a']),
    other: at(['a']),
    severity: 'deny',
    why: 'the Workload had another name before',
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
      const change = deploymentChange({ ...(observed && { observed }), ...(desired && { desired }), peers });
      const found = findingsOf(rule, deploymentRequest(change));
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

  const moving = { mayReachOtherClusters: true, observed: at(['a']), desired: at(['a']) };

  it('denies a change after which OCM may select a cluster of another hub namespace', () => {
    const change = deploymentChange({ ...moving, peers: [peer(at(['b']))] });
    assert.deepEqual(findingsOf(rule, deploymentRequest(change)), [{ path }]);
    assert.match(
      messagesOf(rule, deploymentRequest(change)),
      /too, and OCM may select the same cluster for both;.* or predicates/,
    );
    assert.deepEqual(findingsOf(rule, environmentRequest(change)), [{ path: 'spec.topology' }]);
  });

  it('keeps its judgement for deployments of the own hub namespace', () => {
    const change = deploymentChange({ ...moving, peers: [peer(at(['b']), { namespace: 'team' })] });
    assert.deepEqual(findingsOf(rule, deploymentRequest(change)), []);
  });

  it('only warns about a deployment that has been on no cluster for long, and about one that waits for its Environment', () => {
    const warned = [{ path, severity: 'warn' }];
    const squatter = peer(at([]), { isUnplaced: true });
    assert.deepEqual(
      findingsOf(rule, deploymentRequest(deploymentChange({ desired: at(['a']), peers: [squatter] }))),
      warned,
    );
    const waiting = deploymentChange({ desired: at(['a']), peers: [peer(at(['a']))] });
    assert.deepEqual(findingsOf(rule, environmentRequest(waiting)), [{ path: 'spec.topology', severity: 'warn' }]);
  });

  it('never names clusters of a deployment that the requester may not see', () => {
    assert.doesNotMatch(messages(false), / on b/);
  });

  it('finds nothing without changes', () => {
    assert.deepEqual(findingsOf(rule, deploymentRequest()), []);
    assert.deepEqual(findingsOf(rule, deletionRequest()), []);
  });

  it('finds nothing if the ManifestWorks contain a Namespace and no Workload in it', () => {
    const desired = spokeState('owner', ['a'], { workload: '' });
    const change = deploymentChange({ desired, peers: [peer(desired)] });
    assert.deepEqual(findingsOf(rule, deploymentRequest(change)), []);
  });
});
