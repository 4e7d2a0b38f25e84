import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import { decide } from '../../../../src/domain/admission/decide.ts';
import type { Referrer } from '../../../../src/domain/admission/facts.ts';
import { inUse } from '../../../../src/domain/admission/rules/in-use.ts';
import type { Severities } from '../../../../src/domain/admission/rule.ts';
import { factsOf } from '../../../support/facts.ts';
import { deployment, environment, profile } from '../../../support/manifests.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';

const user = (name: string, more: Partial<Referrer> = {}): Referrer => {
  return { kind: 'WorkloadDeployment', namespace: 'team', name, visible: true, ...more };
};
const definition = { ...environment('mural-system', { name: 'edge' }), kind: 'PolicyDefinition' };

const guarded = (value: string) =>
  environment('team', { annotations: { 'spectrocloud.com/deletion-protection': value } });
const one = [user('web')];

const cases: { what: string; oldObject: KubeObject; users?: Referrer[]; result?: 'warn' | 'deny'; why: string }[] = [
  {
    what: 'an Environment in use',
    oldObject: environment('team'),
    users: one,
    result: 'warn',
    why: 'it waits for its users',
  },
  { what: 'a profile in use', oldObject: profile('team'), users: one, result: 'warn', why: 'it waits for its users' },
  {
    what: 'a topology in use',
    oldObject: definition,
    users: [user('primary', { kind: 'Environment' })],
    result: 'deny',
    why: 'objects in the system namespace are protected',
  },
  {
    what: 'a protected Environment in use',
    oldObject: guarded('true'),
    users: one,
    result: 'deny',
    why: 'it is protected',
  },
  {
    what: 'an Environment in use',
    oldObject: guarded('false'),
    users: one,
    result: 'warn',
    why: 'it is not protected',
  },
  { what: 'a protected Environment', oldObject: guarded('true'), users: [], why: 'nothing needs it' },
  { what: 'an Environment without users', oldObject: environment('team'), users: [], why: 'nothing needs it' },
  {
    what: 'an Environment whose users do not block it',
    oldObject: guarded('true'),
    why: 'they are deleted with the namespace',
  },
];

describe('InUse', () => {
  for (const { what, oldObject, users, result, why } of cases) {
    const done = result === undefined ? 'allows' : result === 'deny' ? 'denies' : 'warns of';
    it(`${done} the deletion of ${what}: ${why}`, () => {
      const facts = factsOf({ oldObject }, users === undefined ? {} : { referrers: users });
      const { violations, refusal } = decide(facts);
      assert.deepEqual(
        violations.map(({ code, severity }) => [code, severity]),
        result === undefined ? [] : [['InUse', result]],
      );
      assert.equal(refusal?.status, result === 'deny' ? 403 : undefined);
    });
  }

  const wordsWith = (oldObject: KubeObject, severities: Severities = {}) =>
    decide(factsOf({ oldObject }, { referrers: one }), severities).violations.map(({ message }) => message);
  const used = 'Environment team/primary is used by WorkloadDeployment team/web';
  const first = `${used}; delete these or change their refs first`;

  it('warns that the deletion waits and cannot be undone', () => {
    assert.deepEqual(wordsWith(environment('team')), [
      `${used}; it stays as Deleting until these are deleted or have other refs, and that cannot be undone`,
    ]);
  });

  it('says what to do with a denial, for all objects or for a protected one', () => {
    assert.deepEqual(wordsWith(environment('team'), { InUse: 'deny' }), [first]);
    assert.deepEqual(wordsWith(guarded('true')), [
      `${first}, or set annotation spectrocloud.com/deletion-protection=false to delete it all the same`,
    ]);
  });

  it('denies nothing with --rule InUse=warn, and reports nothing with --rule InUse=off', () => {
    for (const [severity, found] of [
      ['warn', ['warn']],
      ['off', []],
    ] as const) {
      const facts = factsOf({ oldObject: guarded('true') }, { referrers: one });
      const { violations, refusal } = decide(facts, { InUse: severity });
      assert.deepEqual([violations.map((violation) => violation.severity), refusal], [found, undefined]);
    }
  });

  it('says that it does not wait if that is acknowledged, also for a protected one', () => {
    for (const annotations of [{}, { 'spectrocloud.com/deletion-protection': 'true' }]) {
      const object = environment('team', { annotations: { ...annotations, 'spectrocloud.com/acknowledge': 'InUse' } });
      for (const severities of [{}, { InUse: 'deny' }] as const) {
        assert.deepEqual(wordsWith(object, severities), [
          `${used}; it is acknowledged, so it does not wait for these, and what is applied for them stays`,
        ]);
        assert.equal(decide(factsOf({ oldObject: object }, { referrers: one }), severities).refusal, undefined);
      }
    }
  });

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
