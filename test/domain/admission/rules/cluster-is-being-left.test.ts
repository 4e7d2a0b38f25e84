import assert from 'node:assert/strict';
import { clusterIsBeingLeft as rule } from '../../../../src/domain/admission/rules/cluster-is-being-left.ts';
import type { DeploymentChange, Peer } from '../../../../src/domain/spoke/change.ts';
import {
  deploymentChange,
  deploymentRequest,
  environmentRequest,
  messagesOf,
  peer,
  spokeState,
} from '../../../support/deployment-changes.ts';
import { findingsOf } from '../../../support/facts.ts';

const leaving = ['a', 'b'];
const owner = spokeState('owner', ['c']);
const ownedBy = (...clusters: string[]) => [peer(spokeState('owner', clusters))];

const cases: { what: string; change: Partial<DeploymentChange>; says: RegExp; why: string }[] = [
  {
    what: 'an owner',
    change: { observed: owner },
    says: /^its ManifestWork on a, b is being deleted, and Namespace shop there with everything in it, unless a WorkloadDeployment that you may not see owns it too; wait until/,
    why: 'its ManifestWorks own the namespace',
  },
  {
    what: 'an owner with another owner on one cluster',
    change: { observed: owner, peers: ownedBy('a') },
    says: /is being deleted, and Namespace shop on b with everything in it/,
    why: 'the other one keeps the namespace on a',
  },
  {
    what: 'an owner with another owner on all clusters',
    change: { observed: owner, peers: ownedBy('a', 'b') },
    says: /^its ManifestWork on a, b is being deleted; wait/,
    why: 'the namespace stays',
  },
  {
    what: 'a keeper',
    change: { observed: spokeState('keeper', ['c']) },
    says: /Namespace shop there with everything in it, if the ManifestWork owns it; wait/,
    why: 'orphan: true may not have reached the cluster before',
  },
  {
    what: 'a deployment of which nothing else is known',
    change: {},
    says: /^its ManifestWork on a, b is being deleted; wait until status\.leavingClusters is empty before OCM may select them again$/,
    why: 'the Workload is deleted anyway',
  },
];

describe('ClusterIsBeingLeft', () => {
  for (const { what, change, says, why } of cases) {
    it(`warns about ${what}: ${why}`, () => {
      const facts = deploymentRequest(deploymentChange({ leaving, ...change }));
      assert.deepEqual(findingsOf(rule, facts), [{ path: 'spec.environmentRef.name' }]);
      assert.match(messagesOf(rule, facts), says);
    });
  }

  it('does not warn if no ManifestWork is being deleted', () => {
    assert.deepEqual(findingsOf(rule, deploymentRequest(deploymentChange({ observed: owner }))), []);
    assert.deepEqual(findingsOf(rule, deploymentRequest(deploymentChange({ observed: owner, leaving: [] }))), []);
  });

  it('names the deployment and one cluster in the answer to an edit of an Environment', () => {
    const facts = environmentRequest(deploymentChange({ leaving: ['a'], observed: owner }));
    assert.deepEqual(findingsOf(rule, facts), [{ path: 'spec.topology' }]);
    assert.match(
      messagesOf(rule, facts),
      /^WorkloadDeployment team\/web: its ManifestWork on a .*; wait until status\.leavingClusters is empty before OCM may select it again$/,
    );
  });

  it('reveals neither clusters nor namespaces of a deployment that the requester may not see', () => {
    const hidden = { deployment: { namespace: 'team', name: 'web', visible: false } };
    const messageWith = (peers: Peer[]) =>
      messagesOf(rule, environmentRequest(deploymentChange({ ...hidden, leaving, observed: owner, peers })));
    assert.equal(
      messageWith([]),
      'a WorkloadDeployment that you may not see: its ManifestWorks on clusters that may be selected again are still being deleted',
    );
    assert.equal(messageWith(ownedBy('a', 'b')), messageWith([]));
  });

  it('is a warning at admission only: the controller cannot stop the deletion', () => {
    assert.deepEqual([rule.severity, rule.enforcedAt], ['warn', ['admission']]);
  });
});
