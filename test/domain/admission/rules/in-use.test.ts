import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import { decide } from '../../../../src/domain/admission/decide.ts';
import type { Referrer } from '../../../../src/domain/admission/facts.ts';
import { inUse } from '../../../../src/domain/admission/rules/in-use.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment, environment, profile } from '../../../support/manifests.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';

const user = (name: string, more: Partial<Referrer> = {}): Referrer => {
  return { kind: 'WorkloadDeployment', namespace: 'team', name, visible: true, ...more };
};
const definition = { ...environment('mural-system', { name: 'edge' }), kind: 'PolicyDefinition' };

const cases: { what: string; oldObject: KubeObject; users?: Referrer[]; denied: boolean; why: string }[] = [
  {
    what: 'an Environment that is used',
    oldObject: environment('team'),
    users: [user('web')],
    denied: true,
    why: 'a deployment refers to it',
  },
  {
    what: 'a profile that is used',
    oldObject: profile('team'),
    users: [user('web')],
    denied: true,
    why: 'the next render needs it',
  },
  {
    what: 'a topology that is used',
    oldObject: definition,
    users: [user('primary', { kind: 'Environment' })],
    denied: true,
    why: 'the next render needs it',
  },
  {
    what: 'an Environment without users',
    oldObject: environment('team'),
    users: [],
    denied: false,
    why: 'nothing needs it',
  },
  {
    what: 'an Environment whose users do not block it',
    oldObject: environment('team'),
    denied: false,
    why: 'they are deleted with the namespace',
  },
];

describe('InUse', () => {
  for (const { what, oldObject, users, denied, why } of cases) {
    it(`${denied ? 'denies' : 'allows'} the deletion of ${what}: ${why}`, () => {
      const facts = factsOf({ oldObject }, users === undefined ? {} : { referrers: users });
      assert.deepEqual(findingsOf(inUse, facts), denied ? [{ path: '' }] : []);
      assert.equal(decide(facts).refusal?.status, denied ? 403 : undefined);
    });
  }

  it('checks deletions of kinds that others refer to', () => {
    const users = [user('web')];
    const edit = factsOf({ object: environment('team'), oldObject: environment('team') }, { referrers: users });
    for (const facts of [edit, factsOf({ oldObject: deployment('team') }, { referrers: users })]) {
      assert.ok(decide(facts).violations.every(({ code }) => code !== 'InUse'));
    }
  });

  it('names five users of each kind, and counts the others', () => {
    const many = Array.from({ length: 7 }, (_, index) => user(`web-${index}`));
    const words = messagesOf(
      inUse,
      factsOf({ oldObject: definition }, { referrers: [...many, user('a', { kind: 'Environment' })] }),
    );
    assert.match(words, /Environment team\/a and WorkloadDeployment team\/web-0,.* team\/web-4 and 2 more/);
    assert.doesNotMatch(words, /web-5/);
  });

  it('counts users that the requester may not see, and never names them', () => {
    const hidden = [user('secret', { visible: false }), user('secret-too', { visible: false })];
    const words = (...users: Referrer[]) =>
      messagesOf(inUse, factsOf({ oldObject: environment('team') }, { referrers: users }));
    assert.match(words(...hidden), /2 WorkloadDeployments/);
    assert.match(words(...hidden, user('web')), /team\/web and 2 more/);
    assert.doesNotMatch(words(...hidden, user('web')), /secret/);
  });
});
