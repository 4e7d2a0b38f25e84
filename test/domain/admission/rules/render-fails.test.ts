import assert from 'node:assert/strict';
import { renderFails } from '../../../../src/domain/admission/rules/render-fails.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import type { Pairing } from '../../../../src/domain/admission/facts.ts';
import { deployment, environment, profile } from '../../../support/manifests.ts';
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

describe('RenderFails, for what a request combines', () => {
  const named = (name: string, visible = true) => ({ namespace: 'team', name, visible });
  const failed = { state: 'failed', message: 'web has 601 KiB of manifests' } as const;
  const visible: Pairing = { environment: named('primary'), profile: named('web'), now: [], render: failed };

  it('names the other object, and quotes the problem', () => {
    const messages = [environment('team'), profile('team'), deployment('team')].map((object) =>
      messagesOf(renderFails, factsOf({ object }, { pairings: [visible] })),
    );
    const rest = 'cannot be rendered: web has 601 KiB of manifests; what is applied for it stays unchanged';
    assert.deepEqual(messages, [
      `a deployment of WorkloadProfile team/web ${rest}`,
      `a deployment in Environment team/primary ${rest}`,
      `WorkloadProfile team/web in Environment team/primary ${rest}`,
    ]);
    const paths = [environment('team'), profile('team'), deployment('team')].map(
      (object) => renderFails.find(factsOf({ object }, { pairings: [visible] }))[0]?.path,
    );
    assert.deepEqual(paths, ['spec.topology', 'spec.workload.components', 'spec.environmentRef.name']);
  });

  it('neither names nor quotes an object that the requester may not see', () => {
    const hidden = { ...visible, environment: named('secret', false) };
    assert.equal(
      messagesOf(renderFails, factsOf({ object: profile('team') }, { pairings: [hidden] })),
      'a deployment in another Environment cannot be rendered; what is applied for it stays unchanged',
    );
  });

  it('says that a render was not evaluated', () => {
    const unknown = { ...visible, render: { state: 'unknown' } as const };
    const message = messagesOf(renderFails, factsOf({ object: profile('team') }, { pairings: [unknown] }));
    assert.match(message, /^a deployment in Environment team\/primary was not rendered, because it takes too long/);
    const sample = factsOf({ object: environment('team') }, { sampleRender: { state: 'unknown' } });
    assert.match(messagesOf(renderFails, sample), /^the topology of Environment primary was not rendered, because/);
  });

  it('reports the render of an Environment without deployments', () => {
    const facts = factsOf({ object: environment('team') }, { sampleRender: failed });
    assert.equal(
      messagesOf(renderFails, facts),
      'the topology of Environment primary cannot be rendered for a deployment: web has 601 KiB of manifests',
    );
  });

  it('does not repeat what the lifecycle rules lack for the same Environment', () => {
    const facts = factsOf({ object: deployment('team') }, { pairings: [visible], unrendered });
    assert.equal(renderFails.find(facts).length, 1);
    const { render: _, ...fitting } = visible;
    assert.deepEqual(renderFails.find(factsOf({ object: deployment('team') }, { pairings: [fitting] })), []);
  });
});
