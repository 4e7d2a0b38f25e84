import assert from 'node:assert/strict';
import { renderFails } from '../../../../src/domain/admission/rules/render-fails.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment, environment } from '../../../support/manifests.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';

const unrendered = [
  { environment: 'primary', isStopped: false, message: 'conflicting values "secret" and 1' },
  { environment: 'primary', isStopped: true, message: 'the evaluation took more than 2500 ms' },
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

  it('finds nothing if no render is needed', () => {
    assert.deepEqual(findingsOf(renderFails, factsOf({ object: environment('team') })), []);
  });
});
