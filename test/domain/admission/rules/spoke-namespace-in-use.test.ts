import assert from 'node:assert/strict';
import { spokeNamespaceInUse } from '../../../../src/domain/admission/rules/spoke-namespace-in-use.ts';
import { factsOf } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const object = deployment('team', { spokeNamespace: 'shop' });
const findings = (visible: boolean) => {
  const deployed = { namespace: 'other', name: 'cart', visible };
  const shared = [{ spokeNamespace: 'shop', deployment: deployed, unlisted: ['other'] }];
  return spokeNamespaceInUse.find(
    factsOf({ object }, { spokeNamespaces: { entered: ['shop'], missing: [], stamped: [], shared } }),
  );
};

describe('SpokeNamespaceInUse', () => {
  it('finds nothing if no other hub namespace uses the spoke namespace', () => {
    assert.deepEqual(spokeNamespaceInUse.find(factsOf({ object })), []);
  });

  it('names the other deployment, and the Namespace that has to list the spoke namespace', () => {
    assert.deepEqual(findings(true), [
      {
        path: 'spec.workload.namespace',
        message:
          'spoke namespace shop is used by WorkloadDeployment other/cart of another hub namespace; use another namespace, or let an administrator add it to annotation spectrocloud.com/spoke-namespaces of Namespace other on the hub',
      },
    ]);
  });

  it('does not name a deployment that the requester may not see, nor its hub namespace', () => {
    const [finding] = findings(false);
    assert.match(
      finding?.message ?? '',
      /used by another WorkloadDeployment of another hub namespace.* both Namespaces on the hub$/,
    );
    assert.doesNotMatch(finding?.message ?? '', /other\/|cart|Namespace other/);
  });
});
