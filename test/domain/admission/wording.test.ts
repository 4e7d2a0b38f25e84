import assert from 'node:assert/strict';
import {
  joinNames,
  namedOrCounted,
  onClusters,
  otherObject,
  messageFor,
  referrersByKind,
} from '../../../src/domain/admission/wording.ts';
import { factsOf } from '../../support/facts.ts';
import { deployment, environment } from '../../support/manifests.ts';

const six = ['a', 'b', 'c', 'd', 'e', 'f'];
const seen = (count: number, visible = true) => six.slice(0, count).map((name) => ({ namespace: 'n', name, visible }));

describe('the words of messages', () => {
  it('name five at most, then count', () => {
    assert.equal(joinNames([]), '');
    assert.equal(joinNames(['a']), 'a');
    assert.equal(joinNames(six.slice(0, 5)), 'a, b, c, d, e');
    assert.equal(joinNames(six), 'a, b, c, d, e and 1 more');
  });

  it('say on which clusters, where these are known', () => {
    assert.equal(onClusters(['a', 'b']), ' on a, b');
    assert.equal(onClusters(six), ' on a, b, c, d, e and 1 more');
    assert.equal(onClusters([]), onClusters(undefined));
    assert.doesNotMatch(onClusters(undefined), /\bon\b/);
  });

  it('name another object to who may see it only', () => {
    const object = { namespace: 'other', name: 'cart' };
    assert.equal(otherObject('WorkloadDeployment', { ...object, visible: true }), 'WorkloadDeployment other/cart');
    assert.equal(otherObject('WorkloadDeployment', { ...object, visible: false }), 'another WorkloadDeployment');
  });

  const counted: { visible: number; hidden: number; words: string }[] = [
    { visible: 1, hidden: 0, words: 'Environment n/a' },
    { visible: 2, hidden: 0, words: 'Environment n/a, n/b' },
    { visible: 1, hidden: 1, words: 'Environment n/a and 1 more' },
    { visible: 6, hidden: 0, words: 'Environment n/a, n/b, n/c, n/d, n/e and 1 more' },
    { visible: 6, hidden: 2, words: 'Environment n/a, n/b, n/c, n/d, n/e and 3 more' },
    { visible: 0, hidden: 1, words: '1 Environment' },
    { visible: 0, hidden: 3, words: '3 Environments' },
  ];
  for (const { visible, hidden, words } of counted) {
    it(`are "${words}" for ${visible} that may be seen and ${hidden} that may not`, () => {
      assert.equal(namedOrCounted('Environment', [...seen(hidden, false), ...seen(visible)]), words);
    });
  }

  it('tell users apart by their kind', () => {
    const users = ['WorkloadDeployment', 'Environment'].flatMap((kind) => seen(6).map((user) => ({ kind, ...user })));
    assert.equal(
      referrersByKind(users.slice(5)),
      'Environment n/a, n/b, n/c, n/d, n/e and 1 more and WorkloadDeployment n/f',
    );
  });

  it('say whose a message is where an Environment is edited, and not to the owner of a deployment', () => {
    const about = { namespace: 'team', name: 'web', visible: true };
    const [ofEnvironment, own] = [factsOf({ object: environment('team') }), factsOf({ object: deployment('team') })];
    const words = { message: 'Namespace shop goes', hidden: 'its namespace goes' };
    assert.equal(messageFor(ofEnvironment.request, about, words), 'WorkloadDeployment team/web: Namespace shop goes');
    const unseen = messageFor(ofEnvironment.request, { ...about, visible: false }, words);
    assert.equal(unseen, 'a WorkloadDeployment that you may not see: its namespace goes');
    assert.equal(messageFor(own.request, about, words), 'Namespace shop goes');
  });
});
