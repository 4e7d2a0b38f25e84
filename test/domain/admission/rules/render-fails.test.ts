import assert from 'node:assert/strict';
import { renderFails } from '../../../../src/domain/admission/rules/render-fails.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import { deployment, environment } from '../../../support/manifests.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';

const primary = { namespace: 'team', name: 'primary' };
const unrendered = [
  { environment: primary, isStopped: false, message: 'conflicting values "secret" and 1' },
  { environment: primary, isStopped: true, message: 'the evaluation took more than 2500 ms' },
];

describe('RenderFails', () => {
  it('warns of a render that fails every time, and says that nothing changes', () => {
    assert.equal(renderFails.severity, 'warn');
    const facts = factsOf({ object: environment('team') }, { unrendered });
    assert.deepEqual(findingsOf(renderFails, facts), [{ path: 'spec.topology' }]);
    assert.equal(
      messagesOf(renderFails, facts),
      'the topology of Environment primary cannot be rendered for a deployment: conflicting values "secret" and 1; what is applied for it stays unchanged',
    );
  });

  it('does not quote values of the Environment to those who edit a deployment', () => {
    const facts = factsOf({ object: deployment('team') }, { unrendered });
    assert.equal(
      messagesOf(renderFails, facts),
      'the topology of Environment primary cannot be rendered for a deployment; what is applied for it stays unchanged',
    );
  });

  it('says nothing about an Environment that the request does not refer to, such as that of a peer', () => {
    const theirs = [{ environment: { namespace: 'other', name: 'primary' }, isStopped: false, message: 'secret' }];
    for (const object of [environment('team'), deployment('team')])
      assert.deepEqual(renderFails.find(factsOf({ object }, { unrendered: theirs })), []);
    const referred = factsOf(
      { object: deployment('team') },
      { unrendered: theirs, environment: referenceFacts('primary', 'other') },
    );
    assert.match(messagesOf(renderFails, referred), /^the topology of Environment other\/primary cannot be rendered/);
    assert.doesNotMatch(messagesOf(renderFails, referred), /secret/);
  });

  it('finds nothing if no render is needed', () => {
    assert.deepEqual(findingsOf(renderFails, factsOf({ object: environment('team') })), []);
  });
});
