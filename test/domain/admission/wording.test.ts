import assert from 'node:assert/strict';
import {
  howToKeep,
  joinNames,
  namedOrCounted,
  onClusters,
  otherObject,
  messageFor,
  referrersByKind,
} from '../../../src/domain/admission/wording.ts';
import { factsOf } from '../../support/facts.ts';
import { byop, deployment, environment } from '../../support/manifests.ts';

const six = ['a', 'b', 'c', 'd', 'e', 'f'];
const seen = (count: number, visible = true) => six.slice(0, count).map((name) => ({ namespace: 'n', name, visible }));

describe('the phrases of messages', () => {
  it('contain at most five names, then a count', () => {
    assert.equal(joinNames([]), '');
    assert.equal(joinNames(['a']), 'a');
    assert.equal(joinNames(six.slice(0, 5)), 'a, b, c, d, e');
    assert.equal(joinNames(six), 'a, b, c, d, e and 1 more');
  });

  it('name the clusters, if they are known', () => {
    assert.equal(onClusters(['a', 'b']), ' on a, b');
    assert.equal(onClusters(six), ' on a, b, c, d, e and 1 more');
    assert.equal(onClusters([]), onClusters(undefined));
    assert.doesNotMatch(onClusters(undefined), /\bon\b/);
  });

  it('name another object only to a requester who may see it', () => {
    const object = { namespace: 'other', name: 'cart' };
    assert.equal(otherObject('WorkloadDeployment', { ...object, visible: true }), 'WorkloadDeployment other/cart');
    assert.equal(otherObject('WorkloadDeployment', { ...object, visible: false }), 'another WorkloadDeployment');
  });

  const counted: { visible: number; hidden: number; phrase: string }[] = [
    { visible: 1, hidden: 0, phrase: 'Environment n/a' },
    { visible: 2, hidden: 0, phrase: 'Environment n/a, n/b' },
    { visible: 1, hidden: 1, phrase: 'Environment n/a and 1 more' },
    { visible: 6, hidden: 0, phrase: 'Environment n/a, n/b, n/c, n/d, n/e and 1 more' },
    { visible: 6, hidden: 2, phrase: 'Environment n/a, n/b, n/c, n/d, n/e and 3 more' },
    { visible: 0, hidden: 1, phrase: '1 Environment' },
    { visible: 0, hidden: 3, phrase: '3 Environments' },
  ];
  for (const { visible, hidden, phrase } of counted) {
    it(`are "${phrase}" for ${visible} visible objects and ${hidden} others`, () => {
      assert.equal(namedOrCounted('Environment', [...seen(hidden, false), ...seen(visible)]), phrase);
    });
  }

  it('list referrers by kind', () => {
    const referrers = ['WorkloadDeployment', 'Environment'].flatMap((kind) =>
      seen(6).map((object) => ({ kind, ...object })),
    );
    assert.equal(
      referrersByKind(referrers.slice(5)),
      'Environment n/a, n/b, n/c, n/d, n/e and 1 more and WorkloadDeployment n/f',
    );
  });

  it('name the deployment if an Environment is edited, and not if the deployment itself is', () => {
    const key = { namespace: 'team', name: 'web', visible: true };
    const [ofEnvironment, own] = [factsOf({ object: environment('team') }), factsOf({ object: deployment('team') })];
    const messages = { message: 'Namespace shop is deleted', hiddenMessage: 'its namespace is deleted' };
    assert.equal(
      messageFor(ofEnvironment.request, key, messages),
      'WorkloadDeployment team/web: Namespace shop is deleted',
    );
    const unseen = messageFor(ofEnvironment.request, { ...key, visible: false }, messages);
    assert.equal(unseen, 'a WorkloadDeployment that you may not see: its namespace is deleted');
    assert.equal(messageFor(own.request, key, messages), 'Namespace shop is deleted');
  });

  it('say how to keep a namespace in terms of the object that is changed', () => {
    const keepFor = (object: ReturnType<typeof environment> | ReturnType<typeof deployment>) =>
      howToKeep(factsOf({ object, oldObject: object }));
    assert.match(keepFor(environment('team')), /^set spokeNamespace\.orphan: true and change nothing else$/);
    assert.match(keepFor(environment('team', { topology: byop('hub', 'gpu') })), /^set a deleteOption/);
    assert.match(keepFor(deployment('team')), /^let its Environment keep it/);
  });

  it('say to revert the change only if the controller blocks it', () => {
    const facts = factsOf({ oldObject: deployment('team') });
    assert.doesNotMatch(howToKeep(facts), /revert/);
    assert.match(howToKeep({ ...facts, enforcement: 'apply' }), /^revert this change and let its Environment keep it/);
  });
});
