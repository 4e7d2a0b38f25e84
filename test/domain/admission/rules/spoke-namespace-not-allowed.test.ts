import assert from 'node:assert/strict';
import { spokeNamespaceNotAllowed } from '../../../../src/domain/admission/rules/spoke-namespace-not-allowed.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const object = deployment('team', { spokeNamespace: 'shop' });
const missing = (...names: string[]) => ({
  spokeNamespaces: { entered: names, missing: names, stamped: [], shared: [] },
});
const messageOf = (...given: Parameters<typeof factsOf>) =>
  spokeNamespaceNotAllowed.find(factsOf(...given))[0]?.message;

describe('SpokeNamespaceNotAllowed', () => {
  it('finds nothing if every namespace is allowed, or none is entered', () => {
    assert.deepEqual(findingsOf(spokeNamespaceNotAllowed, factsOf({ object }, missing())), []);
    assert.deepEqual(findingsOf(spokeNamespaceNotAllowed, factsOf({ object })), []);
  });

  it('names the missing right, the command that grants it, and the annotation', () => {
    assert.equal(
      messageOf({ object }, missing('shop')),
      'hub namespace team may not use spoke namespace shop, and jane lacks the verb use on spokenamespaces.spectrocloud.com/shop; an administrator can add it to annotation spectrocloud.com/spoke-namespaces of Namespace team on the hub, or apply the output of `mooring spoke-namespace allow shop --user jane`',
    );
    const username = 'system:serviceaccount:ci:deployer';
    assert.match(messageOf({ object, username }, missing('shop')) ?? '', /allow shop --serviceaccount ci:deployer`$/);
  });

  it('reports a namespace that only the topology uses at the ref to the Environment', () => {
    const facts = factsOf({ object }, missing('data'));
    assert.deepEqual(findingsOf(spokeNamespaceNotAllowed, facts), [{ path: 'spec.environmentRef.name' }]);
    assert.match(
      messageOf({ object }, missing('data')) ?? '',
      /^the topology uses further namespaces: hub namespace team /,
    );
  });

  it('names no requester before a write of the controller', () => {
    const message = messageOf(
      { kind: 'WorkloadDeployment', namespace: 'team' },
      { ...missing('shop'), enforcement: 'apply' },
    );
    assert.match(message ?? '', /, or a user who has the verb use on \S+ can create the deployment again$/);
    assert.doesNotMatch(message ?? '', /jane/);
  });
});
